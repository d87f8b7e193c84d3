# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Generated texts whose label lies in the order of their words alone.

Each text has one opening word and one closing word among filler words, at
random places. The label is 1 if the opening word comes first. Every text has a
twin, in which the two words have changed places: the same words, the other
label. So whatever looks only at which words a text has, and how often, is right
for exactly half of the texts.
"""

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)

NUM_WORDS = 1000
LENGTH = 20

_TRAIN_PAIRS = 4000
_TEST_PAIRS = 1000
_SEED = 0  # The same texts for every seed of the training.

# Words are numbers: openings, then closings, then fillers.
_OPENINGS = 100
_CLOSINGS = 100


def make():
  """Generates the texts.

  Returns:
    A `dataset.Dataset` of 8,000 training and 2,000 test texts: int32
    [n, LENGTH], words from 0 to NUM_WORDS - 1, and labels 0 and 1. Texts 2 i
    and 2 i + 1 are twins.
  """
  random = np.random.RandomState(_SEED)
  return dataset.Dataset(
    *_make_pairs(_TRAIN_PAIRS, random), *_make_pairs(_TEST_PAIRS, random)
  )


def _make_pairs(num_pairs, random):
  """Returns (texts int32 [2 num_pairs, LENGTH], labels int32 [2 num_pairs])."""
  texts = random.randint(
    _OPENINGS + _CLOSINGS, NUM_WORDS, size=(num_pairs, LENGTH)
  )
  openings = random.randint(0, _OPENINGS, size=num_pairs)
  closings = random.randint(_OPENINGS, _OPENINGS + _CLOSINGS, size=num_pairs)
  # Two different places, the first of which is anywhere.
  first = random.randint(0, LENGTH, size=num_pairs)
  second = (first + random.randint(1, LENGTH, size=num_pairs)) % LENGTH

  pair = np.arange(num_pairs)
  twins = texts.copy()
  texts[pair, first], texts[pair, second] = openings, closings
  twins[pair, first], twins[pair, second] = closings, openings
  labels = (first < second).astype(np.int32)
  return (
    np.stack([texts, twins], axis=1).reshape(-1, LENGTH).astype(np.int32),
    np.stack([labels, 1 - labels], axis=1).reshape(-1),
  )
