# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the names under which files know compressors."""

from absl.testing import absltest

from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)


class _Identity(weight_compressor.WeightCompressor):
  def __init__(self, level=1):
    if level < 0:
      raise ValueError(
        '`level` must be >= 0. Received: level={}.'.format(level)
      )
    self.level = level

  def compressed_spec(self, spec):
    return {'same': spec}

  def compress(self, weight, spec, trained=None):
    return {'same': weight}

  def decompress(self, tensors, spec):
    return tensors['same']

  def get_config(self):
    return {'level': self.level}


@registry.register_compressor
class ByDefaultName(_Identity):
  pass


@registry.register_compressor(name='company.Own')
class ByOwnName(_Identity):
  pass


class RegistryTest(absltest.TestCase):
  def test_round_trip(self):
    for compressor, name in (
      (ByDefaultName(7), __name__ + '.ByDefaultName'),
      (ByOwnName(7), 'company.Own'),
    ):
      config = registry.config_of_compressor(compressor)
      self.assertEqual(
        config, {'name': name, 'module': __name__, 'config': {'level': 7}}
      )
      self.assertEqual(registry.compressor_from_config(config), compressor)
      self.assertIs(registry.registered_compressors()[name], type(compressor))

  def test_equality_is_by_class_and_settings(self):
    self.assertEqual(ByOwnName(2), ByOwnName(2))
    self.assertEqual(hash(ByOwnName(2)), hash(ByOwnName(2)))
    self.assertNotEqual(ByOwnName(2), ByOwnName(3))
    self.assertNotEqual(ByOwnName(2), ByDefaultName(2))
    self.assertEqual(repr(ByOwnName(2)), 'ByOwnName(level=2)')

  def test_unknown_name_says_which_module_to_import(self):
    config = {'name': 'x.Y', 'module': 'their.module', 'config': {}}
    with self.assertRaisesRegex(ValueError, "in the module 'their.module'"):
      registry.compressor_from_config(config)

  def test_settings_that_are_refused(self):
    for settings in ({'level': -1}, {'depth': 1}):
      config = {'name': 'company.Own', 'module': 'm', 'config': settings}
      with self.assertRaisesRegex(ValueError, 'refuses its stored settings'):
        registry.compressor_from_config(config)

  def test_class_without_decorator(self):
    class Subclass(ByOwnName):
      pass

    for compressor in (_Identity(), Subclass()):
      with self.assertRaisesRegex(ValueError, '@register_compressor'):
        registry.config_of_compressor(compressor)

  def test_name_that_is_taken(self):
    class Other(_Identity):
      pass

    with self.assertRaisesRegex(ValueError, "name='company.Own', which is"):
      registry.register_compressor(Other, name='company.Own')

  def test_what_is_no_compressor(self):
    with self.assertRaisesRegex(TypeError, 'subclass of WeightCompressor'):
      registry.register_compressor(int)


if __name__ == '__main__':
  absltest.main()
