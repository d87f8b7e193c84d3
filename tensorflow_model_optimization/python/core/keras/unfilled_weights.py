# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Builds models whose weights get their values from elsewhere.

Keras fills a new model with random numbers. Of a model whose weights are in a file
that costs time, and memory too: TensorFlow keeps for itself what it has once
allocated. Here the memory of a weight is asked for and never written to, so that
the system does not provide it until somebody does.
"""

import contextlib

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['UnfilledWeights', 'unfilled_weights']


class UnfilledWeights(object):
  """The variables that were made without values.

  Args:
    shapes: set of (shape, name of a dtype), which variables are to have none.
    limit: how many bytes all new variables may have together; None for any
      number.
  """

  def __init__(self, shapes, limit=None):
    self._shapes = shapes
    self._limit = limit
    self._bytes = 0
    self._initializers = []

  def fill_others(self, adapter, weights):
    """Gives the variables that are none of `weights` their initial values."""
    filled = {id(adapter.tf_variable(weight)) for weight in weights}
    for variable, initial_value in self._initializers:
      if id(variable) not in filled:
        variable.assign(initial_value())
    self._initializers = []

  def create(self, next_creator, **kwargs):
    """A creator of variables, for `tf.variable_creator_scope`."""
    initial_value = kwargs.get('initial_value')
    shape, dtype = _shape_and_dtype(initial_value, kwargs)
    if shape is None or not shape.is_fully_defined():
      return next_creator(**kwargs)
    self._count(shape, dtype)
    wanted = (tuple(shape.as_list()), dtype.name) in self._shapes
    if not wanted or not callable(initial_value):
      return next_creator(**kwargs)
    kwargs['initial_value'] = lambda: tf.raw_ops.Empty(
      shape=shape.as_list(), dtype=dtype, init=False
    )
    variable = next_creator(**kwargs)
    self._initializers.append((variable, initial_value))
    return variable

  def _count(self, shape, dtype):
    self._bytes += shape.num_elements() * dtype.size
    if self._limit is not None and self._bytes > self._limit:
      raise ValueError(
        'the weights of the model would have {} bytes or more, and at most {} '
        'are expected'.format(self._bytes, self._limit)
      )


@contextlib.contextmanager
def unfilled_weights(shapes, limit=None):
  """Layers that are built within it get weights without values.

      with unfilled_weights({((3, 2), 'float32')}) as unfilled:
        layer.build((None, 3))
      layer.kernel.assign(kernel)
      unfilled.fill_others(adapter, [layer.kernel])

  Args:
    shapes: set of (tuple of ints, name of a dtype); variables of other shapes and
      dtypes are initialized as ever.
    limit: how many bytes all new variables may have together; None for any
      number.

  Returns:
    A context manager of the `UnfilledWeights`. Whoever gives each weight a value
    has it fill the rest.

  Raises:
    ValueError: within it, variables of more bytes are made.
  """
  unfilled = UnfilledWeights(shapes, limit)
  if tf_compat.in_v1_graph():
    # There a variable has an operation for its value, which runs much later.
    yield unfilled
    return
  with tf.variable_creator_scope(unfilled.create):
    yield unfilled


def _shape_and_dtype(initial_value, kwargs):
  """What a new variable will be like; (None, None) if nobody knows yet."""
  shape, dtype = kwargs.get('shape'), kwargs.get('dtype')
  if callable(initial_value):
    if shape is None or dtype is None:
      # Tracing computes nothing.
      traced = tf.function(initial_value, autograph=False)
      (output,) = traced.get_concrete_function().outputs
      shape, dtype = output.shape, output.dtype
  elif initial_value is not None:
    value = tf.convert_to_tensor(initial_value)
    shape, dtype = value.shape, value.dtype
  if shape is None or dtype is None:
    return None, None
  return tf.TensorShape(shape), tf.as_dtype(dtype).base_dtype
