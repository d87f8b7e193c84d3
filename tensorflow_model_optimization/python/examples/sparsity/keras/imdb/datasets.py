# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The two data sets of the example, each as texts of one length and labels.

word_order  10,000 generated texts; only the order of the words tells the label.
imdb        50,000 film reviews; the label tells whether they praise.
"""

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  reviews,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  word_order,
)

# How many words the texts of each data set are made of.
NUM_WORDS = {'word_order': word_order.NUM_WORDS, 'imdb': reviews.NUM_WORDS}
NAMES = tuple(NUM_WORDS)
NUM_CLASSES = 2


def load(name, keras, data_dir=None):
  """Loads one of the data sets.

  Args:
    name: one of `NAMES`.
    keras: the Keras module whose download is used for imdb without a
      `data_dir`.
    data_dir: folder with imdb.npz, or None.

  Returns:
    A `dataset.Dataset`: texts int32 [n, words], words from 0 to
    `NUM_WORDS[name] - 1`, and labels int32 [n], 0 or 1.

  Raises:
    dataset.DatasetError: if the data are missing, damaged, or cannot be
      downloaded.
  """
  if name == 'word_order':
    if data_dir is not None:
      raise dataset.DatasetError(
        'data_dir: the texts of word_order are generated and read from no '
        f'folder. Received: data_dir={data_dir!r}. Leave it out, or choose '
        '--dataset imdb.'
      )
    return word_order.make()
  if name != 'imdb':
    raise dataset.DatasetError(
      f'dataset: expected one of {", ".join(NAMES)}. '
      f'Received: dataset={name!r}.'
    )
  if data_dir is None:
    return reviews.download(keras)
  return reviews.read(data_dir)
