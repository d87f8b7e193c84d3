# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The options that all examples share, and the checks of their values."""

import argparse
import os

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  keras_choice,
)

_FOLDERS = ('data_dir', 'output_dir', 'log_dir')
_DEFAULT_SEED = 1


def make_parser(name, description):
  """A parser with all shared options but those whose defaults differ.

  Args:
    name: of the example.
    description: the first lines of its `--help`.

  Returns:
    An `argparse.ArgumentParser` without `--dataset`, `--data_dir`, `--epochs`
    and `--batch_size`, which an example adds.
  """
  parser = argparse.ArgumentParser(
    prog=name,
    description=description + ' Exit status: 0 all promises held, 1 one was '
    'broken, 2 wrong options or data.',
  )
  add = parser.add_argument
  add(
    '--keras',
    choices=keras_choice.NAMES,
    default='auto',
    help='auto (default) is what tf.keras is',
  )
  add(
    '--target_sparsity',
    type=sparsity,
    default=0.8,
    metavar='S',
    help='fraction of zeros in every pruned weight, 0 <= S < 1; default 0.8',
  )
  add(
    '--block_size',
    type=positive,
    nargs=2,
    default=(1, 1),
    metavar=('H', 'W'),
    help='prune blocks of H x W neighbouring weights; default single weights',
  )
  add(
    '--seed',
    type=seed,
    action='append',
    dest='seeds',
    metavar='N',
    help='of initial weights and of the order of the batches; repeated, both '
    f'models are trained once for each; default {_DEFAULT_SEED}',
  )
  add('--jit_compile', action='store_true', help='train with XLA')
  add(
    '--output_dir',
    metavar='DIR',
    help='for the two saved models, the report and the picture, with several '
    'seeds in a folder for each; default a new temporary folder',
  )
  add(
    '--log_dir',
    metavar='DIR',
    help='write the sparsity of every epoch there, for TensorBoard',
  )
  add(
    '--quick',
    action='store_true',
    help='one epoch on a little of the data, to see that everything runs',
  )
  return parser


def finish(options, epochs, batch_size):
  """Fills in what a parser cannot.

  Args:
    options: what the parser returned; changed in place.
    epochs: how many epochs the chosen data set needs.
    batch_size: its usual batch size.

  Returns:
    `options`, with `seeds` a list of different numbers, `block_size` a tuple,
    and folders that are absolute paths or None.
  """
  if options.epochs is None:
    options.epochs = 1 if options.quick else epochs
  if options.batch_size is None:
    options.batch_size = batch_size
  options.block_size = tuple(options.block_size)
  # A seed given twice would be trained twice and written to one folder.
  options.seeds = list(dict.fromkeys(options.seeds or [_DEFAULT_SEED]))
  for folder in _FOLDERS:
    setattr(options, folder, _from_where_the_user_is(getattr(options, folder)))
  return options


def sparsity(text):
  value = _number(float, text)
  if not 0.0 <= value < 1.0:  # Also false for NaN.
    raise argparse.ArgumentTypeError(
      f'expected a fraction, 0 <= S < 1 (0.8 is 80 %). Received: {text!r}'
    )
  return value


def positive(text):
  value = _number(int, text)
  if value < 1:
    raise argparse.ArgumentTypeError(
      f'expected an integer of at least 1. Received: {text!r}'
    )
  return value


def seed(text):
  value = _number(int, text)
  if not 0 <= value < 2**32:
    raise argparse.ArgumentTypeError(
      f'expected an integer from 0 to 2**32 - 1. Received: {text!r}'
    )
  return value


def _from_where_the_user_is(folder):
  """An absolute path; `bazel run` changes the folder and names the old one."""
  if folder is None:
    return None
  start = os.environ.get('BUILD_WORKING_DIRECTORY', os.getcwd())
  return os.path.normpath(os.path.join(start, os.path.expanduser(folder)))


def _number(kind, text):
  try:
    return kind(text)
  except ValueError as error:
    raise argparse.ArgumentTypeError(
      f'expected a number of type {kind.__name__}. Received: {text!r}'
    ) from error
