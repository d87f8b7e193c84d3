# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Starts the worker programs beside this file and asks them to measure."""

import json
import os
import subprocess
import sys
import tempfile

_HERE = os.path.dirname(os.path.abspath(__file__))

# Prints where a fresh interpreter finds the incumbent, if it has it. This
# project has the same import name but not that method.
_FIND_INCUMBENT = """
import importlib.util, os
spec = importlib.util.find_spec('tensorflow_model_optimization')
if spec is not None and spec.origin:
  path = os.path.join(os.path.dirname(spec.origin),
                      'python/core/sparsity/keras/pruning_impl.py')
  if os.path.exists(path) and 'def _update_mask(' in open(path).read():
    print(path)
"""


def find_incumbent():
  """Returns this interpreter if the incumbent is installed in it, else None."""
  found = subprocess.run(
    [sys.executable, '-c', _FIND_INCUMBENT],
    cwd=tempfile.gettempdir(),
    env=_environment_of_incumbent(),
    stdout=subprocess.PIPE,
    check=True,
  )
  return sys.executable if found.stdout.strip() else None


def measure(program, arguments, python=sys.executable, incumbent=False):
  """Runs a program of this folder once in a fresh process; its JSON answer.

  Args:
    program: file name, such as 'step_worker.py'.
    arguments: {name: value} of its options; a name without dashes is placed.
    python: the interpreter.
    incumbent: whether to measure the incumbent, which `python` has installed.
  """
  if incumbent:
    environment = _environment_of_incumbent()
    environment['TF_USE_LEGACY_KERAS'] = '1'
  else:
    environment = dict(os.environ)
    environment['PYTHONPATH'] = os.pathsep.join(p for p in sys.path if p)
  command = [python, os.path.join(_HERE, program)]
  for name, value in arguments.items():
    command += [str(value)] if not name.startswith('-') else [name, str(value)]
  process = subprocess.run(
    command,
    env=environment,
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    universal_newlines=True,
    check=False,
  )
  if process.returncode:
    raise RuntimeError(
      f'{program}: expected an answer. Received: exit status='
      f'{process.returncode} from {python}. It said:\n{process.stderr}'
    )
  return json.loads(process.stdout.splitlines()[-1])


class Worker:
  """A child process that computes masks in one way; see mask_worker.py.

  Args:
    way: 'native', 'twin', 'sort' or 'incumbent'.
    python: the interpreter to start.
  """

  def __init__(self, way, python):
    if way == 'incumbent':
      environment = _environment_of_incumbent()
    else:
      environment = dict(os.environ)
      environment['PYTHONPATH'] = os.pathsep.join(p for p in sys.path if p)
    self._way = way
    # Kept for the case of failure; otherwise only notes about the CPU.
    self._messages = tempfile.TemporaryFile('w+')
    self._process = subprocess.Popen(
      [python, os.path.join(_HERE, 'mask_worker.py'), way],
      stdin=subprocess.PIPE,
      stdout=subprocess.PIPE,
      stderr=self._messages,
      env=environment,
      universal_newlines=True,
    )

  def prepare(self, size, seed, sparsity, structure=None):
    """Makes weights and the update; returns {package: version}.

    Args:
      size: number of weights.
      seed: of the weights.
      sparsity: of the mask.
      structure: for a square matrix of weights, see `structured_candidates`.
    """
    request = {'prepare': size, 'seed': seed, 'sparsity': sparsity}
    if structure:
      request['structure'] = structure
    return self._ask(request)['versions']

  def mean_seconds(self, repeats):
    """Mean seconds of `repeats` updates."""
    return self._ask({'time': repeats})['seconds']

  def memory(self):
    """`extra_peak_bytes` of an update, `how` measured, and `mask_bytes`."""
    return self._ask({'memory': True})

  def close(self):
    """Ends the process."""
    try:
      self._process.stdin.close()
    except BrokenPipeError:
      pass  # It ended before it had read everything.
    self._process.wait()
    self._process.stdout.close()
    self._messages.close()

  def _ask(self, request):
    try:
      self._process.stdin.write(json.dumps(request) + '\n')
      self._process.stdin.flush()
    except BrokenPipeError:
      pass  # It ended; the missing answer below says so.
    answer = self._process.stdout.readline()
    if not answer:
      status = self._process.wait()
      self._messages.seek(0)
      raise RuntimeError(
        f'mask_worker.py {self._way}: expected an answer. Received: exit '
        f'status={status} from {self._process.args[0]}. Does this interpreter '
        f'have TensorFlow and the package? It said:\n{self._messages.read()}'
      )
    return json.loads(answer)


def _environment_of_incumbent():
  """Without this project, which would hide the incumbent of the same name."""
  environment = dict(os.environ)
  environment.pop('PYTHONPATH', None)
  return environment
