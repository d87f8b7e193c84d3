# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""How commands talk: steps with their time, and failures with their remedy."""

import contextlib
import sys
import time


class CommandError(Exception):
  """A command cannot go on.

  Args:
    problem: what is wrong, in one or a few lines.
    remedy: the command line, or the sentence, that puts it right.
  """

  def __init__(self, problem, remedy):
    super().__init__(problem)
    self.problem = problem
    self.remedy = remedy

  def __str__(self):
    return '{}\n  Remedy: {}'.format(self.problem, self.remedy)


def say(message=''):
  """Prints at once, so that lines keep their order among child processes'."""
  print(message, flush=True)


def warn(message):
  """Prints on standard error what nobody may overlook."""
  sys.stdout.flush()
  print(message, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
  """Prints `title` before and the elapsed seconds after the enclosed work."""
  say('==> {}'.format(title))
  start = time.time()
  try:
    yield
  except BaseException:
    say('    failed after {:.1f} s: {}'.format(time.time() - start, title))
    raise
  say('    {:.1f} s: {}'.format(time.time() - start, title))
