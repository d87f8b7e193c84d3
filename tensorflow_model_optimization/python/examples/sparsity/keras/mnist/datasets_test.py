# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the data sets: what is loaded, and what is refused and how."""

import gzip
import os
import struct
import tempfile
import types
import unittest
from unittest import mock

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  datasets,
)


def _idx(array):
  return (
    struct.pack('>HBB%dI' % array.ndim, 0, 8, array.ndim, *array.shape)
    + array.astype(np.uint8).tobytes()
  )


def _files(num_train=4, num_test=2, side=3):
  """Contents of four small idx files that belong together, by name."""
  return {
    'train-images-idx3-ubyte': _idx(
      np.arange(num_train * side * side).reshape(-1, side, side)
    ),
    'train-labels-idx1-ubyte': _idx(np.arange(num_train) % 10),
    't10k-images-idx3-ubyte': _idx(np.full((num_test, side, side), 255)),
    't10k-labels-idx1-ubyte': _idx(np.full(num_test, 9)),
  }


class DatasetsTest(unittest.TestCase):
  def _folder(self, files):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    for name, content in files.items():
      with open(os.path.join(folder.name, name), 'wb') as file:
        file.write(content)
    return folder.name

  def _assert_refused(self, folder, *words):
    with self.assertRaises(dataset.DatasetError) as caught:
      datasets.load('mnist', None, folder)
    for word in words:
      self.assertIn(word, str(caught.exception))

  def test_digits(self):
    data = datasets.load('digits', None)
    self.assertEqual((1347, 8, 8, 1), data.x_train.shape)
    self.assertEqual((450, 8, 8, 1), data.x_test.shape)
    self.assertEqual((1347,), data.y_train.shape)
    self.assertEqual(np.float32, data.x_train.dtype)
    self.assertEqual(0.0, data.x_train.min())
    self.assertEqual(1.0, data.x_train.max())
    self.assertEqual(set(range(10)), set(data.y_test.tolist()))

  def test_digits_split_is_the_same_each_time(self):
    first, second = datasets.load('digits', None), datasets.load('digits', None)
    np.testing.assert_array_equal(first.x_test, second.x_test)
    np.testing.assert_array_equal(first.y_train, second.y_train)

  def test_digits_are_read_from_no_folder(self):
    with self.assertRaisesRegex(dataset.DatasetError, "data_dir='x'"):
      datasets.load('digits', None, 'x')

  def test_digits_without_scikit_learn_names_the_remedy(self):
    with mock.patch.dict('sys.modules', {'sklearn': None}):
      with self.assertRaisesRegex(
        dataset.DatasetError, 'pip install scikit-learn'
      ):
        datasets.load('digits', None)

  def test_unknown_name(self):
    with self.assertRaisesRegex(dataset.DatasetError, "dataset='cifar'"):
      datasets.load('cifar', None)

  def test_idx_folder(self):
    data = datasets.load('mnist', None, self._folder(_files()))
    self.assertEqual((4, 3, 3, 1), data.x_train.shape)
    self.assertEqual(np.float32, data.x_train.dtype)
    np.testing.assert_allclose(
      data.x_train[0, :, :, 0].ravel() * 255.0, np.arange(9), atol=1e-5
    )
    self.assertEqual(1.0, data.x_test.min())
    self.assertEqual([0, 1, 2, 3], data.y_train.tolist())
    self.assertEqual([9, 9], data.y_test.tolist())

  def test_idx_folder_with_gzipped_files(self):
    files = {
      name + '.gz': gzip.compress(content) for name, content in _files().items()
    }
    data = datasets.load('fashion_mnist', None, self._folder(files))
    self.assertEqual([0, 1, 2, 3], data.y_train.tolist())

  def test_missing_folder(self):
    folder = os.path.join(self._folder({}), 'absent')
    self._assert_refused(
      folder,
      folder,
      'not a folder',
      'train-images-idx3-ubyte.gz',
      'leave --data_dir out',
    )

  def test_empty_folder_lists_the_missing_files(self):
    folder = self._folder({})
    self._assert_refused(
      folder,
      folder,
      'no train-images-idx3-ubyte, no train-labels-idx1-ubyte'
      ', no t10k-images-idx3-ubyte, no t10k-labels-idx1-ubyte.',
    )

  def test_one_missing_file(self):
    files = _files()
    del files['t10k-labels-idx1-ubyte']
    folder = self._folder(files)
    self._assert_refused(folder, 'there is no t10k-labels-idx1-ubyte. Put')

  def test_damaged_file_is_named(self):
    files = _files()
    files['t10k-images-idx3-ubyte'] = files['t10k-images-idx3-ubyte'][:-1]
    folder = self._folder(files)
    self._assert_refused(
      folder,
      os.path.join(folder, 't10k-images-idx3-ubyte'),
      'download it again',
    )

  def test_more_images_than_labels(self):
    files = _files()
    files['train-labels-idx1-ubyte'] = _idx(np.arange(3))
    self._assert_refused(self._folder(files), 'images=4, labels=3')

  def test_no_images(self):
    files = _files()
    files['t10k-images-idx3-ubyte'] = _idx(np.zeros((0, 3, 3)))
    files['t10k-labels-idx1-ubyte'] = _idx(np.zeros(0))
    self._assert_refused(self._folder(files), 'images=0, labels=0')

  def test_label_outside_the_classes(self):
    files = _files()
    files['t10k-labels-idx1-ubyte'] = _idx(np.array([0, 10]))
    self._assert_refused(self._folder(files), 'largest label=10')

  def test_images_of_two_sizes(self):
    files = _files()
    files['t10k-images-idx3-ubyte'] = _idx(np.zeros((2, 3, 4)))
    self._assert_refused(self._folder(files), 'training=[3, 3]', 'test=[3, 4]')

  def test_keras_download(self):
    images = np.full((2, 3, 3), 51, np.uint8)
    labels = np.array([3, 4], np.uint8)
    keras = types.SimpleNamespace(
      datasets=types.SimpleNamespace(
        mnist=types.SimpleNamespace(
          load_data=lambda: ((images, labels), (images[:1], labels[:1]))
        )
      )
    )
    data = datasets.load('mnist', keras)
    self.assertEqual((2, 3, 3, 1), data.x_train.shape)
    self.assertAlmostEqual(0.2, float(data.x_test[0, 0, 0, 0]), places=6)

  def test_failed_keras_download_names_the_remedy(self):

    def fail():
      raise Exception('URL fetch failure on https://somewhere')

    keras = types.SimpleNamespace(
      datasets=types.SimpleNamespace(
        fashion_mnist=types.SimpleNamespace(load_data=fail)
      )
    )
    with self.assertRaisesRegex(
      dataset.DatasetError, '(?s)URL fetch failure.*--data_dir'
    ):
      datasets.load('fashion_mnist', keras)

  def test_sample(self):
    data = datasets.load('digits', None).sample(5, 2)
    self.assertEqual([5, 5, 2, 2], [len(array) for array in data])


if __name__ == '__main__':
  unittest.main()
