# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a model is trained on and tested with."""

import collections

import numpy as np


class Dataset(
  collections.namedtuple('Dataset', 'x_train y_train x_test y_test')
):
  """Inputs of any shape [n, ...], and labels int32 [n] from 0."""

  def sample(self, num_train, num_test):
    """Some examples of each part, the same ones each time, for a quick run.

    They are drawn from the whole part, since a file may be sorted by label, as
    IMDB's is.

    Args:
      num_train: how many for training; all of them, if there are fewer.
      num_test: the same for the test.
    """
    train = _sample(len(self.y_train), num_train)
    test = _sample(len(self.y_test), num_test)
    return Dataset(
      self.x_train[train],
      self.y_train[train],
      self.x_test[test],
      self.y_test[test],
    )


class DatasetError(ValueError):
  """The data cannot be had; says from where it was expected and the remedy."""


def _sample(size, num):
  """`num` different indices below `size`, rising."""
  return np.sort(np.random.RandomState(0).permutation(size)[:num])
