# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the data sets: what is loaded, and what is refused and how."""

import os
import tempfile
import types
import unittest

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  datasets,
)


def _lists(*texts):
  """An object array of lists, as in Keras' file."""
  array = np.empty(len(texts), object)
  array[:] = [list(text) for text in texts]
  return array


def _arrays(**changes):
  """The content of a small file in Keras' layout."""
  arrays = {
    'x_train': _lists([1, 2, 9996, 9997], range(1, 201), []),
    'y_train': np.array([1, 0, 1]),
    'x_test': _lists([88584]),
    'y_test': np.array([0]),
  }
  arrays.update(changes)
  return {name: a for name, a in arrays.items() if a is not None}


def _keras(load_data):
  imdb = types.SimpleNamespace(load_data=load_data)
  return types.SimpleNamespace(datasets=types.SimpleNamespace(imdb=imdb))


class DatasetsTest(unittest.TestCase):
  def setUp(self):
    super().setUp()
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.folder = folder.name
    self.path = os.path.join(self.folder, 'imdb.npz')

  def _assert_refused(self, *words, **changes):
    if changes:
      np.savez(self.path, **_arrays(**changes))
    with self.assertRaises(dataset.DatasetError) as caught:
      datasets.load('imdb', None, self.folder)
    for word in (repr(self.folder)[1:-1], 'leave --data_dir out') + words:
      self.assertIn(word, str(caught.exception))

  def test_word_order(self):
    data = datasets.load('word_order', None)
    self.assertEqual((8000, 20), data.x_train.shape)
    self.assertLess(data.x_train.max(), datasets.NUM_WORDS['word_order'])

  def test_word_order_is_read_from_no_folder(self):
    with self.assertRaisesRegex(
      dataset.DatasetError, "data_dir='x'.*--dataset imdb"
    ):
      datasets.load('word_order', None, 'x')

  def test_unknown_name(self):
    with self.assertRaisesRegex(dataset.DatasetError, "dataset='reuters'"):
      datasets.load('reuters', None)

  def test_reviews(self):
    np.savez(self.path, **_arrays())
    data = datasets.load('imdb', None, self.folder)
    self.assertEqual((3, 128), data.x_train.shape)
    self.assertEqual((1, 128), data.x_test.shape)
    for array in data:
      self.assertEqual(np.int32, array.dtype)
    # Start, the two most frequent words, the rarest that is known, unknown.
    self.assertEqual([0] * 123 + [1, 4, 5, 9999, 2], data.x_train[0].tolist())
    # The end of a long one: words 73 to 200.
    self.assertEqual(list(range(76, 204)), data.x_train[1].tolist())
    self.assertEqual([0] * 127 + [1], data.x_train[2].tolist())
    self.assertEqual([0] * 126 + [1, 2], data.x_test[0].tolist())
    self.assertEqual([1, 0, 1], data.y_train.tolist())
    self.assertEqual([0], data.y_test.tolist())

  def test_missing_folder(self):
    self.folder = os.path.join(self.folder, 'absent')
    self._assert_refused('not a folder', 'imdb.npz')

  def test_empty_folder(self):
    self._assert_refused('there is no such file', 'imdb.npz')

  def test_file_of_another_kind(self):
    with open(self.path, 'wb') as file:
      file.write(b'aclImdb_v1')
    self._assert_refused('cannot be read as a .npz file')

  def test_empty_file(self):
    open(self.path, 'wb').close()
    self._assert_refused('cannot be read as a .npz file')

  def test_file_cut_short(self):
    np.savez(self.path, **_arrays())
    with open(self.path, 'rb') as file:
      content = file.read()
    with open(self.path, 'wb') as file:
      file.write(content[:-50])
    self._assert_refused('cannot be read as a .npz file')

  def test_single_array(self):
    with open(self.path, 'wb') as file:
      np.save(file, np.zeros(3))
    self._assert_refused('cannot be read as a .npz file')

  def test_missing_arrays_are_named(self):
    self._assert_refused('without y_train, y_test', y_train=None, y_test=None)

  def test_more_reviews_than_labels(self):
    self._assert_refused('3 in x_train and 2', y_train=np.array([0, 1]))

  def test_no_reviews(self):
    self._assert_refused(
      '0 in x_test and 0', x_test=_lists(), y_test=np.zeros(0, int)
    )

  def test_matrix_in_place_of_lists(self):
    self._assert_refused(
      'x_test has dtype int64 and shape [1, 4]',
      x_test=np.ones((1, 4), np.int64),
    )

  def test_labels_of_another_data_set(self):
    self._assert_refused(
      'y_train has labels [0, 1, 7]', y_train=np.array([0, 1, 7])
    )

  def test_keras_download(self):
    asked = {}

    def load_data(**arguments):
      asked.update(arguments)
      texts = _lists([1, 4, 2])
      return (texts, np.array([1])), (texts, np.array([0]))

    data = datasets.load('imdb', _keras(load_data))
    self.assertEqual(10000, asked['num_words'])
    self.assertEqual([0] * 125 + [1, 4, 2], data.x_train[0].tolist())
    self.assertEqual([1], data.y_train.tolist())
    self.assertEqual([0], data.y_test.tolist())

  def test_failed_keras_download_names_the_remedy(self):
    def fail(**unused_arguments):
      raise Exception('URL fetch failure on https://somewhere')

    with self.assertRaisesRegex(
      dataset.DatasetError, '(?s)URL fetch failure.*--data_dir.*word_order'
    ):
      datasets.load('imdb', _keras(fail))


if __name__ == '__main__':
  unittest.main()
