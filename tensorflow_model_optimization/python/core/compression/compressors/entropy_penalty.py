# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Entropy-penalized reparameterization: training pays for each bit stored."""

import numpy as np

from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['EntropyPenalty']

# The entropy model starts with these widths, as fractions of the weight's root
# mean square: a peak for weights that go to zero, and room for the large ones.
_INITIAL_WIDTHS = (0.1, 0.4, 1.0)
# int8 codes; larger ones are stored beside them.
_LARGEST_CODE = 127


@registry.register_compressor
class EntropyPenalty(weight_compressor.WeightCompressor):
  """Trains weights to take few bits, as an entropy coder will count them.

  The weight is `step` times integers. `step` is learned, one for the weight, and
  the integers are the rounded latent, weight / step; gradients pass the rounding
  as if it were not there. An entropy model learned beside them, a mixture of
  three logistic distributions, gives the integers' bits; their sum times
  `bit_price` is added to the loss. So training trades bits for accuracy: weights
  that do not matter go to zero, and the steps grow as far as they may.

  Put an entropy coder behind it: what it stores itself is a byte a weight.

  ```python
  algorithm = [EntropyPenalty(bit_price=1e-6), RangeCoding()]
  ```

  Weights that were not trained with it are rounded to the initial step.

  Args:
    bit_price: float >= 0, what a bit adds to the loss (lambda of the paper). A
      weight of a million elements at 2 bits adds 2e6 * bit_price.
    initial_step: float > 0, the step at first, as a fraction of the weight's
      root mean square.

  Raises:
    ValueError: an argument out of range.

  Source: Oktay et al., https://arxiv.org/abs/1906.06624. There the noise of a
  uniform distribution stands in for rounding in the entropy model; here it takes
  the latent as it is, so that a training step is a pure function.
  """

  def __init__(self, bit_price=1e-6, initial_step=0.0625):
    # `not (a <= x)` also catches NaN.
    if not 0.0 <= bit_price < float('inf'):
      raise ValueError(
        '`bit_price` must be a finite float >= 0. Received: bit_price={!r}. '
        'Start with 1 / (10 * number of weights).'.format(bit_price)
      )
    if not 0.0 < initial_step < float('inf'):
      raise ValueError(
        '`initial_step` must be a finite float > 0. Received: initial_step='
        '{!r}. 0.0625 loses next to nothing at first.'.format(initial_step)
      )
    self.bit_price = float(bit_price)
    self.initial_step = float(initial_step)

  def get_config(self):
    return {'bit_price': self.bit_price, 'initial_step': self.initial_step}

  def compressed_spec(self, spec):
    return {
      'codes': tensor_spec.TensorSpec(spec.shape, 'int8'),
      'step': tensor_spec.TensorSpec((), 'float32'),
      # Codes that an int8 cannot hold: flat index, and code.
      'large_places': tensor_spec.TensorSpec((None,), 'int64'),
      'large_codes': tensor_spec.TensorSpec((None,), 'int32'),
    }

  def compress(self, weight, spec, trained=None):
    if trained is None:
      step = self._first_step(weight)
    else:
      # What was projected is rounded to the weight's dtype and says less.
      weight, step = trained['weight'], np.exp(trained['log_step'])
    _check_finite(weight)
    step = np.float32(step)
    codes = np.rint(weight.astype(np.float32) / step).reshape([-1])
    if codes.size and np.abs(codes).max() >= 2**31:
      raise ValueError(
        'A weight must not be more than 2^31 steps large. Received: a weight of '
        'shape {} with magnitudes up to {}, step {}. Raise `initial_step`, or '
        'look into the outlier.'.format(spec.shape, np.abs(weight).max(), step)
      )
    codes = codes.astype(np.int32)
    places = np.flatnonzero(np.abs(codes) > _LARGEST_CODE)
    large = codes[places]
    codes[places] = 0
    return {
      'codes': codes.astype(np.int8).reshape(spec.shape),
      'step': np.asarray(step),
      'large_places': places.astype(np.int64),
      'large_codes': large,
    }

  def decompress(self, tensors, spec):
    codes = tf.reshape(tf.cast(tensors['codes'], tf.float32), [spec.size])
    codes += tf.scatter_nd(
      tensors['large_places'][:, None],
      tf.cast(tensors['large_codes'], tf.float32),
      tf.constant([spec.size], tf.int64),
    )
    weight = tf.reshape(codes * tensors['step'], spec.shape)
    return tf.cast(weight, spec.dtype)

  def error_bound(self, weight, spec):
    # 2^-22 for float32 throughout, and the rest for a weight of 16 bits.
    ulp = {'float16': 2.0**-10, 'bfloat16': 2.0**-7}.get(spec.dtype, 2.0**-22)
    magnitudes = np.abs(weight.astype(np.float64))
    return 0.5 * float(self._first_step(weight)) + ulp * magnitudes

  # --- training --------------------------------------------------------------

  def training_variables(self, spec):
    count = len(_INITIAL_WIDTHS)
    return {
      'weight': None,
      'log_step': tensor_spec.VariableSpec(
        (), 'float32', lambda weight: np.log(self._first_step(weight))
      ),
      'log_widths': tensor_spec.VariableSpec(
        (count,),
        'float32',
        lambda weight: np.log(_scale(weight) * np.float32(_INITIAL_WIDTHS)),
      ),
      'logits': tensor_spec.VariableSpec(
        (count,), 'float32', lambda weight: np.zeros([count], np.float32)
      ),
    }

  def project(self, variables, spec, training):
    del training
    step = tf.exp(variables['log_step'])
    latent = tf.cast(variables['weight'], tf.float32) / step
    rounded = latent + tf.stop_gradient(tf.round(latent) - latent)
    return tf.cast(rounded * step, spec.dtype)

  def penalty(self, variables, spec):
    if not spec.size:
      return None
    weight = tf.cast(variables['weight'], tf.float32)
    return self.bit_price * tf.reduce_sum(
      bits_of(
        weight,
        variables['log_step'],
        variables['log_widths'],
        variables['logits'],
      )
    )

  def _first_step(self, weight):
    return np.float32(self.initial_step) * _scale(weight)


def bits_of(weight, log_step, log_widths, logits):
  """What each weight costs under the entropy model.

  -log2 of the probability of the interval of one step around the weight, for a
  mixture of logistic distributions about zero.

  Args:
    weight: float32 tensor of any shape.
    log_step: scalar, natural logarithm of the interval's length.
    log_widths: [components], logarithms of the distributions' widths.
    logits: [components], their shares before softmax.

  Returns:
    float32 tensor of the shape of `weight`; finite, as are its gradients.
  """
  step = tf.exp(log_step)
  widths = tf.exp(log_widths)
  # By symmetry; both ends on the left, where the logistic has its digits.
  upper = (0.5 * step - tf.abs(weight)[..., None]) / widths
  interval = step / widths
  lower = upper - interval
  # s(b) - s(a) = s(b) s(-a) (1 - exp(a - b)), which underflows nowhere.
  log_parts = (
    tf.math.log_sigmoid(upper)
    + tf.math.log_sigmoid(-lower)
    + tf.math.log(-tf.math.expm1(-tf.maximum(interval, 1e-6)))
  )
  log_shares = tf.nn.log_softmax(logits)
  log_probability = tf.reduce_logsumexp(log_shares + log_parts, axis=-1)
  return log_probability * (-1.0 / np.log(2.0))


def _scale(weight):
  """Root mean square, or 1 where that says nothing."""
  exact = weight.astype(np.float64)
  scale = np.float32(np.sqrt(np.mean(exact**2))) if exact.size else 0.0
  usable = np.isfinite(scale) and scale > np.finfo(np.float32).tiny * 2**24
  return np.float32(scale if usable else 1.0)


def _check_finite(weight):
  if not np.isfinite(weight.astype(np.float64)).all():
    raise ValueError(
      'A weight must be finite to be rounded to steps. Received: a weight of '
      'shape {} with infinity or NaN. Repair the training first.'.format(
        weight.shape
      )
    )
