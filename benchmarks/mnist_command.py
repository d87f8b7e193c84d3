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


def start(options):
  """Loads what the options choose, and prints where this runs.

  Returns:
    (keras, data, facts): the Keras module, a `dataset.Dataset`, and
    {name: text} of the machine and versions.
  """
  keras = keras_choice.choose(options.keras)
  data = datasets.load('mnist', keras, options.data_dir)
  facts = dict(machine.describe_machine(), keras=keras_choice.describe(keras))
  for name, text in facts.items():
    print(f'{name}: {text}')
  return keras, data, facts
