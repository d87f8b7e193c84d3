# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The command line of the example, checked and with its defaults filled in."""

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  arguments,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  datasets,
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
    `block_size` (a tuple), `epochs`, `batch_size`, `seeds` (a list),
    `jit_compile`, `output_dir`, `log_dir` and `quick`. Folders are absolute
    paths or None.
  """
  options = _parser().parse_args(argv)
  return arguments.finish(
    options,
    _DEFAULT_EPOCHS[options.dataset],
    _DEFAULT_BATCH_SIZE[options.dataset],
  )


def _parser():
  parser = arguments.make_parser(
    'mnist_cnn',
    'Trains a small CNN twice, dense and pruned, with the same budget; saves '
    'both, reloads them and compares accuracy, sparsity and size.',
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
    '--epochs',
    type=arguments.positive,
    metavar='N',
    help='of each of the two models; default 30 for digits, 8 otherwise',
  )
  add(
    '--batch_size',
    type=arguments.positive,
    metavar='N',
    help='default 32 for digits, 128 otherwise',
  )
  return parser
