# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the conformance kit runs in a fresh process.

A process that has imported the algorithm's module and nothing else decompresses
what another one stored, and trains on two replicas, which TensorFlow must know of
before it starts.
"""

import importlib
import json
import os
import sys

import numpy as np

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import training_form
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['main', 'read', 'write']


def write(folder, name, config, arrays):
  """Writes a JSON file, and arrays of any dtype as an .npz of bytes."""
  specs = {
    path: [list(array.shape), tensor_spec.TensorSpec.of(array).dtype]
    for path, array in arrays.items()
  }
  with open(os.path.join(folder, name + '.json'), 'w') as stream:
    json.dump({'config': config, 'arrays': specs}, stream)
  np.savez(
    os.path.join(folder, name + '.npz'),
    **{
      path: np.frombuffer(array.tobytes(), np.uint8)
      for path, array in arrays.items()
    },
  )


def read(folder, name):
  """Reads what `write` wrote: (config, arrays)."""
  with open(os.path.join(folder, name + '.json')) as stream:
    content = json.load(stream)
  arrays = {}
  with np.load(os.path.join(folder, name + '.npz')) as stored:
    for path, (shape, dtype) in content['arrays'].items():
      data = stored[path].tobytes()
      dtype = tensor_spec.numpy_dtype(dtype)
      arrays[path] = np.frombuffer(data, dtype).reshape(shape)
  return content['config'], arrays


def main(folder):
  """Answers the request that lies in a folder.

  Args:
    folder: with 'request', written by `write`: {'module': name of the
      algorithm's module, 'packed': list of `CompressedWeight.to_dict`,
      'training': None, or a shape and the compressor's config}; the arrays are
      called 'index/path', and 'training' is the weight.
  """
  config, arrays = read(folder, 'request')
  has_replicas = _two_logical_cpus()
  importlib.import_module(config['module'])
  weights = {}
  for i, packed in enumerate(config['packed']):
    prefix = '{}/'.format(i)
    tensors = {
      path[len(prefix) :]: array
      for path, array in arrays.items()
      if path.startswith(prefix)
    }
    loaded = compressed_weight.CompressedWeight.from_dict(packed, tensors)
    weights[str(i)] = loaded.decompress()
  answer = {'has_replicas': has_replicas}
  if has_replicas and config['training']:
    compressor = registry.compressor_from_config(config['training'])
    weights.update(_train_on_two(compressor, arrays['training']))
  write(folder, 'answer', answer, weights)


def _two_logical_cpus():
  """Whether TensorFlow could be given two of them."""
  configure = getattr(
    tf.config.experimental, 'set_virtual_device_configuration', None
  )
  if configure is None or not tf.executing_eagerly():
    return False
  (cpu,) = tf.config.experimental.list_physical_devices('CPU')
  one = tf.config.experimental.VirtualDeviceConfiguration
  configure(cpu, [one(), one()])
  return True


def _train_on_two(compressor, weight):
  """What each replica projects, and the gradients of its variables."""
  strategy = tf.distribute.MirroredStrategy(['/cpu:0', '/cpu:1'])
  spec = tensor_spec.TensorSpec.of(weight, holds_values=True)
  form = training_form.TrainingForm(compressor, spec)
  values = form.initial_values(weight)
  if form.trains_weight:
    values['weight'] = weight
  with strategy.scope():
    variables = {
      name: tf.Variable(
        value,
        trainable=name == 'weight' or form.variables[name].trainable,
      )
      for name, value in values.items()
    }
  trained = sorted(name for name in variables if variables[name].trainable)

  def step():
    with tf.GradientTape() as tape:
      tensors = {name: tf.identity(v) for name, v in variables.items()}
      projected = form.project(tensors, True)
      loss = tf.reduce_sum(projected * projected)
      penalty = form.penalty(tensors)
      if penalty is not None:
        loss += penalty
    gradients = tape.gradient(loss, [variables[name] for name in trained])
    return projected, [tf.convert_to_tensor(g) for g in gradients]

  # Its name in TensorFlow 2.0 and 2.1.
  run = getattr(strategy, 'run', None) or strategy.experimental_run_v2
  projected, gradients = tf.function(lambda: run(step))()
  found = {}
  for i, local in enumerate(strategy.experimental_local_results(projected)):
    found['projected{}'.format(i)] = local.numpy()
  for name, gradient in zip(trained, gradients):
    for i, local in enumerate(strategy.experimental_local_results(gradient)):
      found['gradient{}/{}'.format(i, name)] = local.numpy()
  return found


if __name__ == '__main__':
  main(sys.argv[1])
