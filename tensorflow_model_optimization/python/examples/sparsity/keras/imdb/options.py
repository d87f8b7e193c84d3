# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The command line of the example, checked and with its defaults filled in."""

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  arguments,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  datasets,
)

# Enough for the dense model to be good; with more it learns reviews by heart.
_DEFAULT_EPOCHS = {'word_order': 10, 'imdb': 3}
_DEFAULT_BATCH_SIZE = 64


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
    options, _DEFAULT_EPOCHS[options.dataset], _DEFAULT_BATCH_SIZE
  )


def _parser():
  parser = arguments.make_parser(
    'imdb_lstm',
    'Trains an embedding and an LSTM twice, dense and pruned, with the same '
    'budget; saves both, reloads them and compares accuracy, sparsity and '
    'size.',
  )
  add = parser.add_argument
  add(
    '--dataset',
    choices=datasets.NAMES,
    default='word_order',
    help='word_order (default) is generated, imdb are film reviews',
  )
  add(
    '--data_dir',
    metavar='DIR',
    help='folder with imdb.npz; without it Keras downloads the file',
  )
  add(
    '--epochs',
    type=arguments.positive,
    metavar='N',
    help='of each of the two models; default 10 for word_order, 3 for imdb',
  )
  add('--batch_size', type=arguments.positive, metavar='N', help='default 64')
  return parser
