# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Weight clustering: a small codebook, and a packed index per weight."""

import numpy as np

from tensorflow_model_optimization.python.core.compression import k_means
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.ops import codebook_expand
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['WeightClustering']

_DTYPES = ('float16', 'bfloat16', 'float32', 'float64')


@registry.register_compressor
class WeightClustering(weight_compressor.WeightCompressor):
  """Lets the weights share a few values.

  ```python
  WeightClustering(16)
  WeightClustering(32, centroids='density', preserve_zeros=True)
  [MagnitudePruning(0.9), WeightClustering(16)]  # clusters what is left
  ```

  After training the values are found by k-means, exactly and in the time of
  sorting the weights; a weight of no more than `number_of_clusters` different
  values comes back without loss.

  In training, k-means gives the values to begin with. Each forward pass takes
  for each weight the nearest value of the codebook, ties the lower one. The
  gradient of a value is the sum of those of its weights (Han et al.); the weights
  get theirs as if they had not been rounded, so that they can move to another
  cluster. Both are trained by the optimizer.

  What is stored, for n weights and k entries in the codebook:

  - 'codebook': k values in the dtype of the weight.
  - 'indices', uint8: ceil(log2(k)) bits per weight without gaps, ceil(n *
    ceil(log2(k)) / 8) bytes in all.

  10,000 float32 with 16 clusters take 64 + 5,000 bytes.

  Args:
    number_of_clusters: int from 2 to 65536, the k above.
    centroids: where k-means starts: 'linear', evenly between the smallest and the
      largest weight, which keeps large weights best; 'density', at evenly spaced
      quantiles; or 'kmeans++'.
    preserve_zeros: whether weights of exactly zero stay zero, in training and
      after it, and are no part of a cluster. If there are any the codebook has
      one entry more. After `MagnitudePruning` there are none in the compressed
      form; in training pass True, or its zeros do not stay.
    seed: int, of 'kmeans++'.

  Raises:
    ValueError: an argument is wrong; later, if a weight holds NaN or infinity.

  Source: Han, Mao and Dally, Deep Compression,
  https://arxiv.org/abs/1510.00149, section 3; 'kmeans++': Arthur and
  Vassilvitskii, k-means++, SODA 2007.
  """

  def __init__(
    self,
    number_of_clusters=16,
    centroids='linear',
    preserve_zeros=False,
    seed=0,
  ):
    most = 1 << codebook_expand.MAX_BITS
    if (
      not isinstance(number_of_clusters, int)
      or not 2 <= number_of_clusters <= most
    ):
      raise ValueError(
        '`number_of_clusters` must be an int from 2 to {}. Received: '
        'number_of_clusters={!r}. 16 is a good start.'.format(
          most, number_of_clusters
        )
      )
    if centroids not in k_means.INITIALIZATIONS:
      raise ValueError(
        '`centroids` must be one of {}. Received: centroids={!r}. Use '
        "'linear'.".format(k_means.INITIALIZATIONS, centroids)
      )
    self._number = number_of_clusters
    self._centroids = centroids
    self._preserve_zeros = bool(preserve_zeros)
    self._seed = int(seed)

  def reason_against(self, spec):
    reason = super(WeightClustering, self).reason_against(spec)
    if reason is None and spec.dtype not in _DTYPES:
      reason = 'is of dtype {}, not one of {}'.format(
        spec.dtype, ', '.join(_DTYPES)
      )
    return reason

  # --- the compressed form ---------------------------------------------------

  def compressed_spec(self, spec):
    if self._preserve_zeros or spec.size is None:
      entries = length = None
    else:
      entries = self._number
      length = codebook_expand.packed_bytes(
        spec.size, codebook_expand.bits_for(entries)
      )
    return {
      'codebook': tensor_spec.TensorSpec((entries,), spec.dtype),
      'indices': tensor_spec.TensorSpec((length,), 'uint8'),
    }

  def compress(self, weight, spec, trained=None):
    # A weight that was trained has few different values already.
    wide = _wide(weight)
    codebook = self._codebook_of(wide, spec)
    if self._preserve_zeros and not wide.all():
      codebook = np.concatenate([[0.0], codebook])
      codebook.sort()
    # What is stored is rounded to the dtype, and that is what is nearest.
    stored = codebook.astype(tensor_spec.numpy_dtype(spec.dtype))
    codebook = stored.astype(np.float64)
    indices = _nearest(wide, codebook)
    if self._preserve_zeros:
      stored_zero = np.searchsorted(codebook, 0.0)
      indices = np.where(wide == 0, stored_zero, indices)
    bits = codebook_expand.bits_for(stored.size)
    return {
      'codebook': stored,
      'indices': codebook_expand.pack_indices(indices, bits),
    }

  def decompress(self, tensors, spec):
    codebook = tf.convert_to_tensor(tensors['codebook'])
    entries = codebook.shape.as_list()[0]
    if entries is None:
      raise ValueError(
        "tensors['codebook'] must have a length that is known when the graph is "
        'built. Received: shape={}. Set its shape.'.format(codebook.shape)
      )
    weight = codebook_expand.codebook_expand(
      tensors['indices'],
      codebook,
      spec.size,
      codebook_expand.bits_for(entries),
    )
    return tf.reshape(weight, spec.shape)

  def _codebook_of(self, wide, spec):
    """Sorted float64 array of `number_of_clusters` centroids.

    Where there are fewer different weights the last one is repeated.
    """
    clustered = wide[wide != 0] if self._preserve_zeros else wide
    if not np.isfinite(clustered).all():
      raise ValueError(
        'A weight of shape {} must hold finite numbers to be clustered. Received: '
        'NaN or infinity among them. Has its training diverged?'.format(
          spec.shape
        )
      )
    found = k_means.k_means(
      clustered, self._number, self._centroids, self._seed
    )
    if found.size == 0:
      found = np.zeros([1])
    missing = self._number - found.size
    return np.concatenate([found, np.full([missing], found[-1])])

  # --- training --------------------------------------------------------------

  def training_variables(self, spec):
    # Small steps of a centroid would be lost in 16 bits.
    dtype = 'float64' if spec.dtype == 'float64' else 'float32'

    def initial(weight):
      return self._codebook_of(_wide(weight), spec).astype(dtype)

    return {
      'weight': None,
      'codebook': tensor_spec.VariableSpec((self._number,), dtype, initial),
    }

  def project(self, variables, spec, training):
    weight = tf.convert_to_tensor(variables['weight'])
    codebook = tf.convert_to_tensor(variables['codebook'])
    projected = _share_values(
      tf.cast(weight, codebook.dtype), codebook, self._preserve_zeros
    )
    return tf.cast(projected, weight.dtype)

  # --- saving ----------------------------------------------------------------

  def get_config(self):
    return {
      'number_of_clusters': self._number,
      'centroids': self._centroids,
      'preserve_zeros': self._preserve_zeros,
      'seed': self._seed,
    }


def _wide(weight):
  """The same numbers in float32 or float64, which numpy computes with."""
  return weight if weight.dtype == np.float64 else weight.astype(np.float32)


def _nearest(wide, codebook):
  """Index of the nearest entry of a sorted codebook, the lower one of a tie."""
  return np.searchsorted(0.5 * (codebook[1:] + codebook[:-1]), wide, 'left')


@tf.custom_gradient
def _nearest_values(weight, codebook):
  """The nearest value for each weight, and the gradients of Han et al."""
  order = tf.argsort(codebook)
  ascending = tf.gather(codebook, order)
  middles = 0.5 * (ascending[1:] + ascending[:-1])
  flat = tf.reshape(weight, [-1])
  places = tf.searchsorted(middles, flat, side='left')

  def gradient(upstream):
    of_ascending = tf.math.unsorted_segment_sum(
      tf.reshape(upstream, [-1]), places, tf.size(codebook)
    )
    return upstream, tf.gather(of_ascending, tf.argsort(order))

  values = tf.gather(ascending, places)
  return tf.reshape(values, tf.shape(weight)), gradient


def _share_values(weight, codebook, preserve_zeros):
  values = _nearest_values(weight, codebook)
  values.set_shape(weight.shape)
  if not preserve_zeros:
    return values
  # No gradient reaches a zero, which stays one.
  return tf.where(tf.equal(weight, 0), tf.zeros_like(values), values)
