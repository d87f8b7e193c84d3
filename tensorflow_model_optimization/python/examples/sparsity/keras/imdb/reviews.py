# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads IMDB's film reviews from a file in Keras' layout.

The file imdb.npz has x_train, x_test: arrays of lists of words, each word its
rank by frequency from 1 on; y_train, y_test: 1 for praise, 0 for the opposite.

Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011.
"""

import os
import pickle
import zipfile

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)

NUM_WORDS = 10000
LENGTH = 128

FILE_NAME = 'imdb.npz'
_KEYS = ('x_train', 'y_train', 'x_test', 'y_test')

# As in `keras.datasets.imdb.load_data`: word 1 of the file becomes number 4.
_PADDING = 0
_START = 1
_UNKNOWN = 2
_OFFSET = 3

_REMEDY = (
  f'Put the {FILE_NAME} that Keras downloads there, or leave --data_dir out '
  'and Keras downloads it.'
)


def read(data_dir):
  """Reads the file. It holds pickled lists: read only files that you trust.

  Args:
    data_dir: the folder with imdb.npz.

  Returns:
    A `dataset.Dataset` of texts int32 [n, LENGTH] with numbers from 0 to
    NUM_WORDS - 1, and labels 0 and 1.

  Raises:
    dataset.DatasetError: if the file is missing or is not in Keras' layout.
  """
  if not os.path.isdir(data_dir):
    raise dataset.DatasetError(
      f'data_dir: expected a folder with {FILE_NAME}. '
      f'Received: data_dir={data_dir!r}, which is not a folder. {_REMEDY}'
    )
  path = os.path.join(data_dir, FILE_NAME)
  if not os.path.isfile(path):
    raise dataset.DatasetError(
      f'data_dir: expected a folder with {FILE_NAME}. '
      f'Received: data_dir={data_dir!r}, in which there is no such file. '
      + _REMEDY
    )
  x_train, y_train, x_test, y_test = _read_arrays(path)
  parts = []
  for part, texts, labels in (
    ('train', x_train, y_train),
    ('test', x_test, y_test),
  ):
    _check(path, part, texts, labels)
    parts += [
      pad([_numbers(text) for text in texts]),
      labels.astype(np.int32),
    ]
  return dataset.Dataset(*parts)


def download(keras):
  """Lets Keras download the file; returns what `read` does.

  Args:
    keras: a Keras module.

  Raises:
    dataset.DatasetError: if Keras cannot have it.
  """
  try:
    (x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(
      num_words=NUM_WORDS,
      start_char=_START,
      oov_char=_UNKNOWN,
      index_from=_OFFSET,
    )
  # Keras reports a failed download as a bare Exception.
  except Exception as error:
    raise dataset.DatasetError(
      f'dataset=imdb: the download by Keras failed: {error}\nWithout network, '
      f'put {FILE_NAME} into a folder and give it as --data_dir, or use '
      '--dataset word_order, which needs no download.'
    ) from error
  return dataset.Dataset(
    pad(x_train),
    np.asarray(y_train, np.int32),
    pad(x_test),
    np.asarray(y_test, np.int32),
  )


def pad(texts):
  """The last LENGTH numbers of each text, with padding before a short one.

  The last ones, because a review ends with its verdict, and padding before
  them, because what an LSTM returns is its state after the last step.

  Args:
    texts: sequence of n lists of numbers.

  Returns:
    int32 [n, LENGTH].
  """
  padded = np.full((len(texts), LENGTH), _PADDING, np.int32)
  for row, text in zip(padded, texts):
    tail = text[-LENGTH:]
    if tail:
      row[-len(tail) :] = tail
  return padded


def _read_arrays(path):
  """The four arrays of the file."""
  try:
    with np.load(path, allow_pickle=True) as file:
      missing = [key for key in _KEYS if key not in file.files]
      if not missing:
        return [file[key] for key in _KEYS]
  # A file of another kind is refused in one of these ways, and a single array
  # has no `with`.
  except (
    AttributeError,
    EOFError,
    OSError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
  ) as error:
    raise dataset.DatasetError(
      f'data_dir: {path!r} cannot be read as a .npz file: {error}. {_REMEDY}'
    ) from error
  raise dataset.DatasetError(
    f'data_dir: expected arrays {", ".join(_KEYS)} in the file. '
    f'Received: {path!r} without {", ".join(missing)}. {_REMEDY}'
  )


def _check(path, part, texts, labels):
  """Refuses what is not a list of words for each label."""
  if len(texts) != len(labels) or not len(texts):
    raise dataset.DatasetError(
      f'data_dir: expected as many reviews as labels, and at least one. '
      f'Received: {path!r} with {len(texts)} in x_{part} and {len(labels)} in '
      f'y_{part}. {_REMEDY}'
    )
  if not all(isinstance(text, list) for text in texts):
    raise dataset.DatasetError(
      f'data_dir: expected each review to be a list of words. Received: '
      f'{path!r}, where x_{part} has dtype {texts.dtype} and shape '
      f'{list(texts.shape)}. {_REMEDY}'
    )
  if not set(np.unique(labels)) <= {0, 1}:
    raise dataset.DatasetError(
      f'data_dir: expected labels 0 and 1. Received: {path!r}, where y_{part} '
      f'has labels {np.unique(labels)[:5].tolist()}. {_REMEDY}'
    )


def _numbers(words):
  """Turns ranks into the numbers that the model reads."""
  return [_START] + [
    word + _OFFSET if word + _OFFSET < NUM_WORDS else _UNKNOWN for word in words
  ]
