# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The small convolutional network of the example."""

# Kernels of 5 x 5 make every weight count a multiple of 5, so that 80 % of
# zeros is possible to the last weight in every layer.
_KERNEL = 5


def build_cnn(keras, image_shape, num_classes):
  """An uncompiled Sequential model: two convolutions, two dense layers.

  Args:
    keras: the Keras module to build with.
    image_shape: [rows, columns, channels] of one image; images of fewer than
      16 rows (the digits) get a smaller network.
    num_classes: width of the softmax at the end.

  Returns:
    A built model from images [n, rows, columns, channels] to probabilities
    [n, num_classes].
  """
  layers = keras.layers
  if image_shape[0] < 16:
    body = [
      layers.Conv2D(
        16, _KERNEL, padding='same', activation='relu', name='conv_1'
      ),
      layers.Conv2D(
        32, _KERNEL, padding='same', activation='relu', name='conv_2'
      ),
      layers.MaxPooling2D(name='pool'),
      layers.Flatten(name='flatten'),
      layers.Dense(80, activation='relu', name='dense'),
    ]
  else:
    body = [
      layers.Conv2D(
        32, _KERNEL, padding='same', activation='relu', name='conv_1'
      ),
      layers.MaxPooling2D(name='pool_1'),
      layers.Conv2D(64, _KERNEL, activation='relu', name='conv_2'),
      layers.MaxPooling2D(name='pool_2'),
      layers.Flatten(name='flatten'),
      layers.Dense(128, activation='relu', name='dense'),
    ]
  head = layers.Dense(num_classes, activation='softmax', name='classes')
  return keras.models.Sequential(
    [keras.Input(shape=tuple(image_shape))] + body + [head], name='cnn'
  )
