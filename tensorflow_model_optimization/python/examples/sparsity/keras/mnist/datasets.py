# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The three data sets of the example, each as images in [0, 1] and labels.

digits         1,797 images of 8 x 8 that come with scikit-learn: no download.
mnist          70,000 images of 28 x 28: handwritten digits.
fashion_mnist  70,000 images of 28 x 28: articles of clothing.
"""

import os

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  idx_file,
)

NAMES = ('digits', 'mnist', 'fashion_mnist')
NUM_CLASSES = 10

# The published names, without the '.gz' that a file may or may not have.
_IDX_NAMES = (
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
)

# One fixed split of the digits, whatever the seed of the training is, so that
# accuracies of different runs can be compared.
_DIGITS_SPLIT_SEED = 0
_DIGITS_TEST_IMAGES = 450


def load(name, keras, data_dir=None):
  """Loads one of the data sets.

  Args:
    name: one of `NAMES`.
    keras: the Keras module whose download is used for mnist and fashion_mnist
      without a `data_dir`.
    data_dir: folder with the four idx files of mnist or fashion_mnist, or None.

  Returns:
    A `dataset.Dataset`; images float32 [n, rows, columns, 1] in [0, 1], labels
    int32 [n], 0 to 9.

  Raises:
    dataset.DatasetError: if the data are missing, damaged, or cannot be
      downloaded.
  """
  if name == 'digits':
    if data_dir is not None:
      raise dataset.DatasetError(
        'data_dir: the digits come with scikit-learn and are read from no '
        f'folder. Received: data_dir={data_dir!r}. Leave it out, or choose '
        '--dataset mnist or --dataset fashion_mnist.'
      )
    return _digits()
  if name not in NAMES:
    raise dataset.DatasetError(
      f'dataset: expected one of {", ".join(NAMES)}. '
      f'Received: dataset={name!r}.'
    )
  if data_dir is None:
    arrays = _download(name, keras)
  else:
    arrays = _read_idx_folder(name, data_dir)
  return _checked(name, arrays)


def _digits():
  """Scikit-learn's digits, split once into training and test images."""
  try:
    from sklearn import datasets as sklearn_datasets  # pylint: disable=g-import-not-at-top
  except ImportError as error:
    raise dataset.DatasetError(
      f'dataset=digits needs scikit-learn, which cannot be imported ({error})'
      '. Run: pip install scikit-learn'
    ) from error
  bunch = sklearn_datasets.load_digits()
  images = bunch.images.astype(np.float32) / 16.0  # Pixels are 0 to 16.
  order = np.random.RandomState(_DIGITS_SPLIT_SEED).permutation(len(images))
  test, train = order[:_DIGITS_TEST_IMAGES], order[_DIGITS_TEST_IMAGES:]
  images = images[..., np.newaxis]
  labels = bunch.target.astype(np.int32)
  return dataset.Dataset(
    images[train], labels[train], images[test], labels[test]
  )


def _download(name, keras):
  try:
    (x_train, y_train), (x_test, y_test) = getattr(
      keras.datasets, name
    ).load_data()
  # Keras reports a failed download as a bare Exception.
  except Exception as error:
    raise dataset.DatasetError(
      f'dataset={name}: the download by Keras failed: {error}\nWithout '
      'network, put the four idx files into a folder and give it as '
      '--data_dir, or use --dataset digits, which needs no download.'
    ) from error
  return x_train, y_train, x_test, y_test


def _read_idx_folder(name, data_dir):
  """Reads the four idx files: images and labels for training and for test."""
  if not os.path.isdir(data_dir):
    raise dataset.DatasetError(
      f'data_dir: expected a folder with the idx files of {name}. '
      f'Received: data_dir={data_dir!r}, which is not a folder. '
      + _idx_remedy()
    )
  paths = [_find_idx_file(data_dir, idx_name) for idx_name in _IDX_NAMES]
  missing = [
    idx_name for idx_name, path in zip(_IDX_NAMES, paths) if path is None
  ]
  if missing:
    raise dataset.DatasetError(
      f'data_dir: expected the idx files of {name}, plain or with .gz. '
      f'Received: data_dir={data_dir!r}, in which there is no '
      f'{", no ".join(missing)}. ' + _idx_remedy()
    )
  try:
    return [
      idx_file.read_idx_file(path, 3 if 'images' in idx_name else 1)
      for idx_name, path in zip(_IDX_NAMES, paths)
    ]
  except idx_file.IdxFileError as error:
    raise dataset.DatasetError(f'data_dir: {error}') from error


def _find_idx_file(data_dir, idx_name):
  for candidate in (idx_name, idx_name + '.gz'):
    path = os.path.join(data_dir, candidate)
    if os.path.isfile(path):
      return path
  return None


def _idx_remedy():
  return (
    'Put these files there: '
    f'{", ".join(name + ".gz" for name in _IDX_NAMES)}; '
    'or leave --data_dir out and Keras downloads the data.'
  )


def _checked(name, arrays):
  """The arrays as a `dataset.Dataset`, if images and labels fit each other."""
  x_train, y_train, x_test, y_test = arrays
  for part, images, labels in (
    ('training', x_train, y_train),
    ('test', x_test, y_test),
  ):
    if len(images) != len(labels) or not len(images):
      raise dataset.DatasetError(
        f'{name}: expected as many {part} images as labels, and at least '
        f'one. Received: images={len(images)}, labels={len(labels)}. '
        'The files do not belong together; download them again.'
      )
    if labels.max() >= NUM_CLASSES:
      raise dataset.DatasetError(
        f'{name}: expected {part} labels from 0 to {NUM_CLASSES - 1}. '
        f'Received: largest label={labels.max()}. '
        'This is another data set; download the files again.'
      )
  if x_train.shape[1:] != x_test.shape[1:]:
    raise dataset.DatasetError(
      f'{name}: expected training and test images of one size. '
      f'Received: training={list(x_train.shape[1:])}, '
      f'test={list(x_test.shape[1:])}. The files do not belong together; '
      'download them again.'
    )
  return dataset.Dataset(
    _to_images(x_train),
    y_train.astype(np.int32),
    _to_images(x_test),
    y_test.astype(np.int32),
  )


def _to_images(pixels):
  return pixels[..., np.newaxis].astype(np.float32) / 255.0
