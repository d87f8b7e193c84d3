# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prunes an embedding and an LSTM while they train, and shows what it costs.

Two models start from the same random weights and see the same texts in the
same order for the same number of epochs. The second one is pruned meanwhile.
Both are saved, loaded again as any reader of the files would, and compared.

  bazel run //tensorflow_model_optimization/python/examples/sparsity/keras/imdb:imdb_lstm
  bazel run ... -- --dataset imdb --data_dir DIR --seed 0 --seed 1 --seed 2

`train_pruned` in ../common/training.py is all that a program of your own needs.
"""

import os
import sys

# TensorFlow's notes about the CPU would hide the progress. Before the import.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

# pylint: disable=g-import-not-at-top,wrong-import-position
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  program,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  datasets,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  model as lstm,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  options as command_line,
)

# pylint: enable=g-import-not-at-top,wrong-import-position


def main(argv=None):
  """Runs the example; returns the exit status."""
  example = program.Example(
    name='imdb_lstm', noun='texts', load=_load, build_model=_build_model
  )
  return program.main(example, command_line.parse(argv))


def _load(keras, options):
  return datasets.load(options.dataset, keras, options.data_dir)


def _build_model(keras, data, options):
  return lstm.build_lstm(
    keras,
    data.x_train.shape[1],
    datasets.NUM_WORDS[options.dataset],
    datasets.NUM_CLASSES,
  )


if __name__ == '__main__':
  sys.exit(main())
