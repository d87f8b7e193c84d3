# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the generated texts: only their order tells the label."""

import unittest

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  word_order,
)


def _bags(texts):
  """How often each word is in each text: float64 [n, NUM_WORDS]."""
  bags = np.zeros((len(texts), word_order.NUM_WORDS))
  np.add.at(bags, (np.arange(len(texts))[:, np.newaxis], texts), 1.0)
  return bags


def _opening_first(text):
  (opening,) = np.flatnonzero(text < 100)
  (closing,) = np.flatnonzero((text >= 100) & (text < 200))
  return int(opening < closing)


def _fitted_accuracy(inputs, labels, test_inputs, test_labels):
  """Of a linear classifier fitted with least squares, slightly ridged."""
  gram = inputs.T.dot(inputs) + 1e-3 * np.eye(inputs.shape[1])
  weights = np.linalg.solve(gram, inputs.T.dot(labels - 0.5))
  return np.mean((test_inputs.dot(weights) > 0.0) == test_labels)


class WordOrderTest(unittest.TestCase):
  @classmethod
  def setUpClass(cls):
    cls.data = word_order.make()

  def test_shapes(self):
    data = self.data
    self.assertEqual((8000, 20), data.x_train.shape)
    self.assertEqual((2000, 20), data.x_test.shape)
    self.assertEqual((8000,), data.y_train.shape)
    self.assertEqual((2000,), data.y_test.shape)
    for array in data:
      self.assertEqual(np.int32, array.dtype)
    self.assertEqual(0, data.x_train.min())
    self.assertEqual(999, data.x_train.max())

  def test_label_is_the_order_of_opening_and_closing(self):
    self.assertEqual(
      [_opening_first(text) for text in self.data.x_test],
      self.data.y_test.tolist(),
    )

  def test_twins_have_the_same_words_and_different_labels(self):
    for texts, labels in (self.data[:2], self.data[2:]):
      np.testing.assert_array_equal(
        np.sort(texts[::2], axis=1), np.sort(texts[1::2], axis=1)
      )
      np.testing.assert_array_equal(labels[::2], 1 - labels[1::2])

  def test_a_bag_of_words_knows_nothing(self):
    data = self.data
    train_bags, test_bags = _bags(data.x_train), _bags(data.x_test)
    # It could learn what is in a bag: whether a text has some opening word from
    # the first half of them.
    has_early_opening = (data.x_train < 50).any(axis=1)
    self.assertGreater(
      _fitted_accuracy(
        train_bags,
        has_early_opening,
        test_bags,
        (data.x_test < 50).any(axis=1),
      ),
      0.99,
    )
    accuracy = _fitted_accuracy(
      train_bags, data.y_train, test_bags, data.y_test
    )
    self.assertAlmostEqual(0.5, accuracy, delta=0.01)
    # Not by accident: twins get the same answer from anything that sees bags.
    answers = np.random.RandomState(0).rand(word_order.NUM_WORDS)
    right = (test_bags.dot(answers) > np.median(answers) * 20) == data.y_test
    np.testing.assert_array_equal(right[::2], ~right[1::2])

  def test_order_of_the_words_is_enough(self):
    # The places of opening and closing are linear in the one-hot text.
    def places(texts):
      place = np.arange(word_order.LENGTH)
      opening = ((texts < 100) * place).sum(axis=1)
      closing = (((texts >= 100) & (texts < 200)) * place).sum(axis=1)
      return np.stack([opening, closing], axis=1)

    data = self.data
    self.assertEqual(
      1.0,
      _fitted_accuracy(
        places(data.x_train), data.y_train, places(data.x_test), data.y_test
      ),
    )

  def test_the_same_texts_each_time(self):
    for array, again in zip(self.data, word_order.make()):
      np.testing.assert_array_equal(array, again)

  def test_test_texts_are_not_training_texts(self):
    train = {text.tobytes() for text in self.data.x_train}
    self.assertFalse(train & {text.tobytes() for text in self.data.x_test})


if __name__ == '__main__':
  unittest.main()
