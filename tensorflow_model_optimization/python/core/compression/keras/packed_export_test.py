# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of what other programs get: SavedModel, TensorFlow Lite, a new process."""

import os

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression.keras import (
  compress as compress_lib,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  toy_compressors,
)
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.testing import fresh_process
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
_X = np.random.RandomState(0).normal(size=(4, 64)).astype('float32')
# Numbers in each of the two matrices.
_SIZE = 64 * 64

# What a server does that has TensorFlow and nothing else.
_SERVE = """
import sys
import numpy as np
import tensorflow as tf
served = tf.saved_model.load({folder!r})
x = np.random.RandomState(0).normal(size=(4, 64)).astype('float32')
outputs = served.signatures['serving_default'](tf.constant(x))
np.save({result!r}, list(outputs.values())[0].numpy())
assert not [name for name in sys.modules if 'optimization.python' in name]
"""

# An algorithm outside of the package, of public names only.
_STRANGER = """
import numpy as np
import tensorflow as tf
import tensorflow_model_optimization as tfmot

c = tfmot.compression.keras


@c.register_compressor(name='stranger.Signs')
class Signs(c.WeightCompressor):
  def compressed_spec(self, spec):
    return {
      'signs': c.TensorSpec(spec.shape, 'bool'),
      'scale': c.TensorSpec((), spec.dtype),
    }

  def compress(self, weight, spec, trained=None):
    scale = trained['scale'] if trained else np.abs(weight).mean()
    return {'signs': weight >= 0, 'scale': np.asarray(scale, weight.dtype)}

  def decompress(self, tensors, spec):
    return tf.where(tensors['signs'], tensors['scale'], -tensors['scale'])

  def training_variables(self, spec):
    initial = lambda weight: np.asarray(np.abs(weight).mean(), weight.dtype)
    return {'weight': None, 'scale': c.VariableSpec((), spec.dtype, initial)}

  def project(self, variables, spec, training):
    weight = variables['weight']
    signs = tf.where(weight >= 0, tf.ones_like(weight), -tf.ones_like(weight))
    return variables['scale'] * (weight + tf.stop_gradient(signs - weight))
"""
_MAKE = """
import stranger
import numpy as np
from stranger import c, tf
keras = tf.keras
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
prepared = c.prepare_for_training(model, stranger.Signs())
prepared.compile('sgd', 'mse')
x = np.ones((4, 3), 'float32')
prepared.fit(x, np.ones((4, 4)), verbose=0, callbacks=[c.CompressionCallback()])
compressed = c.compress(prepared)
print(compressed.report.render())
compressed.save('model.tfmot')
np.save('outputs.npy', prepared.predict(x, verbose=0))
"""
_LOAD = """
import stranger
import numpy as np
from stranger import c
for how in ('at_load', 'at_first_call', 'per_call'):
  model = c.load('model.tfmot', how)
  outputs = model.predict(np.ones((4, 3), 'float32'), verbose=0)
  np.testing.assert_allclose(np.load('outputs.npy'), outputs, atol=1e-6)
"""
_LOAD_WITHOUT = """
import tensorflow_model_optimization as tfmot
tfmot.compression.keras.load('model.tfmot')
"""


def _compressed():
  model = keras.Sequential(
    [
      keras.Input((64,)),
      keras.layers.Dense(64, activation='relu'),
      keras.layers.Dense(64),
    ]
  )
  return compress_lib.compress(model, toy_compressors.Halves())


@absltest.skipIf(
  adapter.substitution_problem(), 'Not in this TensorFlow and mode.'
)
class ExportTest(test_case.KerasTestCase):
  def _export(self, model):
    folder = self.create_tempdir().full_path
    if adapter.is_keras3:
      model.export(folder, verbose=False)
    else:
      tf.saved_model.save(model, folder)
    return folder

  def _served(self, folder):
    result = os.path.join(folder, 'result.npy')
    done = fresh_process.run(_SERVE.format(folder=folder, result=result))
    self.assertEqual(0, done.returncode, done.stderr)
    return np.load(result)

  def test_saved_models_serve_without_this_library(self):
    compressed = _compressed()
    dense = compressed.to_keras()
    packed = compressed.to_keras('per_call')
    expected = dense.predict(_X, verbose=0)
    folders = [self._export(dense), self._export(packed)]
    for folder in folders:
      np.testing.assert_allclose(expected, self._served(folder), atol=1e-6)
    sizes = [
      sum(
        os.path.getsize(os.path.join(folder, 'variables', name))
        for name in os.listdir(os.path.join(folder, 'variables'))
      )
      for folder in folders
    ]
    # Two bytes a number less, and nothing dense beside.
    self.assertLess(sizes[1], sizes[0] - 2 * 2 * _SIZE + 2048)

  def test_the_optimised_graph_does_not_hold_dense_weights(self):
    folder = self._export(_compressed().to_keras('per_call'))
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
      loaded = tf.compat.v1.saved_model.load(session, ['serve'], folder)
      signature = loaded.signature_def['serving_default']
      metadata = tf.compat.v1.RunMetadata()
      session.run(
        list(signature.outputs.values())[0].name,
        {list(signature.inputs.values())[0].name: _X},
        tf.compat.v1.RunOptions(output_partition_graphs=True),
        metadata,
      )
    nodes = [
      node
      for graph in metadata.partition_graphs
      for node in list(graph.node)
      + [n for function in graph.library.function for n in function.node_def]
    ]
    self.assertIn('Cast', {node.op for node in nodes})
    for node in nodes:
      if node.op == 'Const':
        self.assertLess(node.attr['value'].ByteSize(), _SIZE, node.name)

  def test_tensorflow_lite(self):
    if not hasattr(tf, 'lite'):
      self.skipTest('This TensorFlow has no tf.lite.')
    dense = _compressed().to_keras()
    folder = self._export(dense)
    content = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    interpreter = tf.lite.Interpreter(model_content=content)
    index = interpreter.get_input_details()[0]['index']
    interpreter.resize_tensor_input(index, _X.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(index, _X)
    interpreter.invoke()
    output = interpreter.get_output_details()[0]['index']
    np.testing.assert_allclose(
      dense.predict(_X, verbose=0), interpreter.get_tensor(output), atol=1e-5
    )

  def test_an_algorithm_of_a_stranger(self):
    folder = self.create_tempdir().full_path
    with open(os.path.join(folder, 'stranger.py'), 'w') as f:
      f.write(_STRANGER)
    begin = 'import os\nos.chdir({0!r})\nsys.path.insert(0, {0!r})\n'.format(
      folder
    )
    made = fresh_process.run(begin + _MAKE)
    self.assertEqual(0, made.returncode, made.stderr)
    self.assertIn('1 of 2 weights are compressed', made.stdout)
    loaded = fresh_process.run(begin + _LOAD)
    self.assertEqual(0, loaded.returncode, loaded.stderr)
    without = fresh_process.run(begin + _LOAD_WITHOUT)
    self.assertIn('stranger.Signs', without.stderr)
    self.assertNotEqual(0, without.returncode)


if __name__ == '__main__':
  absltest.main()
