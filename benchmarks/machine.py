# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Says on what a benchmark ran: no number without its machine and versions."""

import os
import platform
import sys


def describe_machine():
  """Returns {what: text} for processor, cores, memory, system and Python."""
  return {
    'processor': _processor(),
    'cores': f'{len(os.sched_getaffinity(0))} of {os.cpu_count()} usable',
    'memory': _memory(),
    'system': platform.platform(),
    'python': sys.version.split()[0],
  }


def _processor():
  for line in _lines('/proc/cpuinfo'):
    if line.startswith('model name'):
      return line.split(':', 1)[1].strip()
  return platform.machine()


def _memory():
  for line in _lines('/proc/meminfo'):
    if line.startswith('MemTotal'):
      return f'{int(line.split()[1]) / 2**20:.0f} GiB'
  return 'unknown'


def _lines(path):
  try:
    with open(path) as file:
      return file.readlines()
  except OSError:  # Not Linux.
    return []
