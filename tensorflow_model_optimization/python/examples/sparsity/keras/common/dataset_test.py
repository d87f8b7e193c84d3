# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of dataset.py: a few examples stand for all of them."""

import unittest

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)


class DatasetTest(unittest.TestCase):
  def _sorted_by_label(self):
    """400 and 200 examples; each input holds its number and its label."""
    parts = []
    for size in (400, 200):
      labels = np.repeat([1, 0], size // 2).astype(np.int32)
      parts += [np.stack([np.arange(size), labels], axis=1), labels]
    return dataset.Dataset(*parts)

  def test_a_sample_has_every_label_where_the_file_is_sorted(self):
    few = self._sorted_by_label().sample(100, 50)
    self.assertEqual((100, 50), (len(few.y_train), len(few.y_test)))
    self.assertAlmostEqual(0.5, few.y_train.mean(), delta=0.2)
    self.assertAlmostEqual(0.5, few.y_test.mean(), delta=0.2)

  def test_a_sample_keeps_labels_with_their_examples_and_takes_none_twice(self):
    few = self._sorted_by_label().sample(100, 50)
    for inputs, labels in (
      (few.x_train, few.y_train),
      (few.x_test, few.y_test),
    ):
      np.testing.assert_array_equal(labels, inputs[:, 1])
      self.assertEqual(len(labels), len(set(inputs[:, 0])))

  def test_a_sample_is_the_same_each_time(self):
    np.testing.assert_array_equal(
      self._sorted_by_label().sample(5, 2).x_train,
      self._sorted_by_label().sample(5, 2).x_train,
    )

  def test_a_sample_of_more_than_there_is_is_everything_in_its_order(self):
    data = self._sorted_by_label()
    for part, few in zip(data, data.sample(1000, 1000)):
      np.testing.assert_array_equal(part, few)


if __name__ == '__main__':
  unittest.main()
