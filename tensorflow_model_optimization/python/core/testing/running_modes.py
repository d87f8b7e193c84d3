# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The ways in which user code comes to run an op."""

from tensorflow_model_optimization.python.core.tf_compat import tf

# TensorFlow 1 can run all of them in one process, after this.
tf.compat.v1.enable_v2_behavior()

__all__ = ['MODES', 'run_eagerly', 'run_in_function', 'run_in_session']


def run_eagerly(op, *inputs):
  """Outputs of `op(*inputs)` as numpy values."""
  return [output.numpy() for output in op(*inputs)]


def run_in_function(op, *inputs):
  """The same in a `tf.function` that knows the dtypes but no shapes."""
  inputs = [tf.convert_to_tensor(value) for value in inputs]
  function = tf.function(
    op, input_signature=[tf.TensorSpec(None, value.dtype) for value in inputs]
  )
  return [output.numpy() for output in function(*inputs)]


def run_in_session(op, *inputs):
  """The same in a TensorFlow 1 graph, fed with arrays of unknown shape."""
  arrays = [tf.convert_to_tensor(value).numpy() for value in inputs]
  with tf.Graph().as_default():
    placeholders = [
      tf.compat.v1.placeholder(tf.as_dtype(array.dtype), shape=None)
      for array in arrays
    ]
    outputs = op(*placeholders)
    with tf.compat.v1.Session() as session:
      return session.run(list(outputs), dict(zip(placeholders, arrays)))


MODES = {
  'eager': run_eagerly,
  'function': run_in_function,
  'session': run_in_session,
}
