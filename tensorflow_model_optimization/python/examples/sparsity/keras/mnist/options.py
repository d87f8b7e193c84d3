# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The command line of the example, checked and with its defaults filled in."""

import argparse
import os

from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  datasets,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  keras_choice,
)

# Enough for the dense model to be good, and for the pruned one to settle again
# after its last weight was pruned.
_DEFAULT_EPOCHS = {'digits': 30, 'mnist': 8, 'fashion_mnist': 8}
_DEFAULT_BATCH_SIZE = {'digits': 32, 'mnist': 128, 'fashion_mnist': 128}


def parse(argv=None):
  """Returns the options of one run.

  Wrong options end the process with status 2 and a message, as argparse does.

  Args:
    argv: the words of the command line; None means those of the process.

  Returns:
    A namespace with `dataset`, `data_dir`, `keras`, `target_sparsity`,
    `block_size` (a tuple), `epochs`, `batch_size`, `seed`, `jit_compile`,
    `output_dir`, `log_dir` and `quick`. Folders are absolute paths or None.
  """
  parser = _parser()
  options = parser.parse_args(argv)
  if options.epochs is None:
    options.epochs = 1 if options.quick else _DEFAULT_EPOCHS[options.dataset]
  if options.batch_size is None:
    options.batch_size = _DEFAULT_BATCH_SIZE[options.dataset]
  options.block_size = tuple(options.block_size)
  for folder in ('data_dir', 'output_dir', 'log_dir'):
    setattr(options, folder, _from_where_the_user_is(getattr(options, folder)))
  return options


def _parser():
  parser = argparse.ArgumentParser(
    prog='mnist_cnn',
    description='Trains a small CNN twice, dense and pruned, with the same '
    'budget; saves both, reloads them and compares accuracy, sparsity and '
    'size. Exit status: 0 all promises held, 1 one was broken, 2 wrong '
    'options or data.',
  )
  add = parser.add_argument
  add(
    '--dataset',
    choices=datasets.NAMES,
    default='digits',
    help='digits (default) needs no download',
  )
  add(
    '--data_dir',
    metavar='DIR',
    help='folder with the four idx files of mnist or fashion_mnist; without '
    'it Keras downloads them',
  )
  add(
    '--keras',
    choices=keras_choice.NAMES,
    default='auto',
    help='auto (default) is what tf.keras is',
  )
  add(
    '--target_sparsity',
    type=_sparsity,
    default=0.8,
    metavar='S',
    help='fraction of zeros in every pruned weight, 0 <= S < 1; default 0.8',
  )
  add(
    '--block_size',
    type=_positive,
    nargs=2,
    default=(1, 1),
    metavar=('H', 'W'),
    help='prune blocks of H x W neighbouring weights; default single weights',
  )
  add(
    '--epochs',
    type=_positive,
    metavar='N',
    help='of each of the two models; default 30 for digits, 8 otherwise',
  )
  add(
    '--batch_size',
    type=_positive,
    metavar='N',
    help='default 32 for digits, 128 otherwise',
  )
  add(
    '--seed',
    type=_seed,
    default=1,
    metavar='N',
    help='of initial weights and of the order of the images; default 1',
  )
  add('--jit_compile', action='store_true', help='train with XLA')
  add(
    '--output_dir',
    metavar='DIR',
    help='for the two saved models, the report and the picture; default a '
    'new temporary folder',
  )
  add(
    '--log_dir',
    metavar='DIR',
    help='write the sparsity of every epoch there, for TensorBoard',
  )
  add(
    '--quick',
    action='store_true',
    help='one epoch on a few images, to see that everything runs',
  )
  return parser


def _from_where_the_user_is(folder):
  """An absolute path; `bazel run` changes the folder and names the old one."""
  if folder is None:
    return None
  start = os.environ.get('BUILD_WORKING_DIRECTORY', os.getcwd())
  return os.path.normpath(os.path.join(start, os.path.expanduser(folder)))


def _sparsity(text):
  value = _number(float, text)
  if not 0.0 <= value < 1.0:  # Also false for NaN.
    raise argparse.ArgumentTypeError(
      f'expected a fraction, 0 <= S < 1 (0.8 is 80 %). Received: {text!r}'
    )
  return value


def _positive(text):
  value = _number(int, text)
  if value < 1:
    raise argparse.ArgumentTypeError(
      f'expected an integer of at least 1. Received: {text!r}'
    )
  return value


def _seed(text):
  value = _number(int, text)
  if not 0 <= value < 2**32:
    raise argparse.ArgumentTypeError(
      f'expected an integer from 0 to 2**32 - 1. Received: {text!r}'
    )
  return value


def _number(kind, text):
  try:
    return kind(text)
  except ValueError as error:
    raise argparse.ArgumentTypeError(
      f'expected a number of type {kind.__name__}. Received: {text!r}'
    ) from error
