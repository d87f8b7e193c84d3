# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The two LeNets that papers on compression measure, and how they are trained."""

import collections

# epochs: of the dense model, and of the compressed one in both its phases
#   together: the same budget.
# clustering_epochs: of these, the last ones, with a codebook.
# learning_rate: the first one, of both models.
# sparsity: of each kernel for the small file.
# sparsity_at_12x: of all kernels together, with 12x fewer weights.
# most_bytes, most_error: the published figures (Han et al. 2016, Deep
#   Compression, arXiv 1510.00149, table 1).
Network = collections.namedtuple(
  'Network',
  'name make epochs clustering_epochs learning_rate sparsity sparsity_at_12x clusters '
  'most_bytes most_error',
)


def lenet_300_100(keras):
  """Two hidden layers, 266,610 weights (LeCun et al. 1998)."""
  return keras.Sequential(
    [
      keras.Input((28, 28, 1)),
      keras.layers.Flatten(),
      keras.layers.Dense(300, activation='relu', name='fc1'),
      keras.layers.Dense(100, activation='relu', name='fc2'),
      keras.layers.Dense(10, name='fc3'),
    ],
    name='lenet_300_100',
  )


def lenet_5(keras):
  """The convolutional one as in Caffe, 431,080 weights."""
  return keras.Sequential(
    [
      keras.Input((28, 28, 1)),
      keras.layers.Conv2D(20, 5, name='conv1'),
      keras.layers.MaxPooling2D(),
      keras.layers.Conv2D(50, 5, name='conv2'),
      keras.layers.MaxPooling2D(),
      keras.layers.Flatten(),
      keras.layers.Dense(500, activation='relu', name='fc1'),
      keras.layers.Dense(10, name='fc2'),
    ],
    name='lenet_5',
  )


NETWORKS = {
  'lenet_300_100': Network(
    'LeNet-300-100',
    lenet_300_100,
    epochs=40,
    clustering_epochs=6,
    learning_rate=0.1,
    sparsity={'fc1/kernel': 0.95, 'fc2/kernel': 0.94, 'fc3/kernel': 0.74},
    # The paper prunes fc1, fc2 and fc3 to 0.92, 0.91 and 0.74. A third of the
    # inputs of fc1 are border pixels, which are hardly ever anything but 0.
    sparsity_at_12x={
      'fc1/kernel': 0.936,
      'fc2/kernel': 0.80,
      'fc3/kernel': 0.50,
    },
    clusters=16,
    most_bytes=27000,
    most_error=1.58,
  ),
  'lenet_5': Network(
    'LeNet-5',
    lenet_5,
    epochs=16,
    clustering_epochs=3,
    learning_rate=0.03,
    sparsity={
      'conv1/kernel': 0.34,
      'conv2/kernel': 0.90,
      'fc1/kernel': 0.96,
      'fc2/kernel': 0.81,
    },
    sparsity_at_12x={
      'conv1/kernel': 0.34,
      'conv2/kernel': 0.88,
      'fc1/kernel': 0.922,
      'fc2/kernel': 0.81,
    },
    clusters=16,
    most_bytes=44000,
    most_error=0.74,
  ),
}
