# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The small recurrent network of the example."""

# Widths of the embedding and of the LSTM.
_UNITS = 64


def build_lstm(keras, length, num_words, num_classes):
  """An uncompiled Sequential model: embedding, LSTM, softmax.

  Args:
    keras: the Keras module to build with.
    length: how many words a text has.
    num_words: how many different words there are.
    num_classes: width of the softmax at the end.

  Returns:
    A built model from texts [n, length] of integers, 0 <= word < num_words, to
    probabilities [n, num_classes].
  """
  layers = keras.layers
  return keras.models.Sequential(
    [
      keras.Input(shape=(length,), dtype='int32'),
      layers.Embedding(num_words, _UNITS, name='embedding'),
      # Without dropout the dense model learns the training texts by heart.
      layers.SpatialDropout1D(0.3, name='word_dropout'),
      layers.LSTM(_UNITS, name='lstm'),
      layers.Dropout(0.5, name='dropout'),
      layers.Dense(num_classes, activation='softmax', name='classes'),
    ],
    name='lstm_classifier',
  )
