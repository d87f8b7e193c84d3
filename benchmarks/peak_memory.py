# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Measures by how much a call raises the peak of this process's memory."""

import threading


def extra_peak_bytes(function):
  """Runs `function` once and returns how far resident memory rose meanwhile.

  The kernel keeps the highest resident size of a process, exactly, and lets the
  process set it back. Where that is not allowed, a thread samples the size
  instead and may miss a short peak.

  Args:
    function: called without arguments.

  Returns:
    (bytes, how, result): the rise above the size just before the call, how it
    was measured, 'exact' or 'sampled', and what the function returned.
  """
  before = resident_bytes()
  if _reset_peak():
    result = function()
    peak = _status_bytes('VmHWM')
    how = 'exact'
  else:
    with _Sampler() as sampler:
      result = function()
    peak = sampler.peak
    how = 'sampled'
  return max(0, peak - before), how, result


def _reset_peak():
  """Sets the kernel's high-water mark to the present size, if it may."""
  try:
    with open('/proc/self/clear_refs', 'w') as file:
      file.write('5')
  except OSError:
    return False
  # Some sandboxes accept the write and ignore it.
  return _status_bytes('VmHWM') <= _status_bytes('VmRSS') + (1 << 20)


def resident_bytes():
  """The present resident size of this process."""
  return _status_bytes('VmRSS')


def peak_bytes():
  """The highest resident size of this process so far."""
  return _status_bytes('VmHWM')


def _status_bytes(name):
  with open('/proc/self/status') as file:
    for line in file:
      if line.startswith(name + ':'):
        return int(line.split()[1]) * 1024
  raise RuntimeError(
    f'/proc/self/status: expected a line {name}. Received: none. '
    'Memory is measured on Linux only.'
  )


class _Sampler:
  """Reads the resident size all the time in a thread of its own."""

  def __enter__(self):
    self.peak = resident_bytes()
    self._stop = threading.Event()
    self._thread = threading.Thread(target=self._sample)
    self._thread.start()
    return self

  def __exit__(self, *unused_error):
    self._stop.set()
    self._thread.join()
    self.peak = max(self.peak, resident_bytes())

  def _sample(self):
    while not self._stop.wait(0.0002):
      self.peak = max(self.peak, resident_bytes())
