# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks that train on MNIST have in common on the command line."""

import argparse

from benchmarks import machine
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  keras_choice,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  datasets,
)


def make_parser(name, description):
  """An `ArgumentParser` with the options that all of them have."""
  parser = argparse.ArgumentParser(
    prog=name,
    description=description,
    formatter_class=argparse.RawDescriptionHelpFormatter,
  )
  add = parser.add_argument
  add(
    '--data_dir', help="folder with MNIST's four idx files; default: download"
  )
  add('--keras', choices=keras_choice.NAMES, default='auto')
  add('--json', metavar='OUT', help='write the results there')
  return parser


def load(options):
  """The Keras module and the data, a `dataset.Dataset`, that options choose."""
  keras = keras_choice.choose(options.keras)
  return keras, datasets.load('mnist', keras, options.data_dir)


def start(options):
  """Loads what the options choose, and prints where this runs.

  Returns:
    (keras, data, facts): as of `load`, and {name: text} of the machine and
    versions.
  """
  keras, data = load(options)
  facts = dict(machine.describe_machine(), keras=keras_choice.describe(keras))
  for name, text in facts.items():
    print(f'{name}: {text}')
  return keras, data, facts
