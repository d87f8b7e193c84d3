# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a model is trained on and tested with."""

import collections


class Dataset(
  collections.namedtuple('Dataset', 'x_train y_train x_test y_test')
):
  """Inputs of any shape [n, ...], and labels int32 [n] from 0."""

  def head(self, num_train, num_test):
    """The first examples of each part, for a quick run."""
    return Dataset(
      self.x_train[:num_train],
      self.y_train[:num_train],
      self.x_test[:num_test],
      self.y_test[:num_test],
    )


class DatasetError(ValueError):
  """The data cannot be had; says from where it was expected and the remedy."""
