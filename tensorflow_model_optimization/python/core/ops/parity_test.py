# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The native ops, their TensorFlow twins and a numpy oracle agree bit for bit.

Each test is a sweep; a failure names the case, and `--seed` repeats the sweep.
"""

import collections
import functools
import itertools

from absl import flags
from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.ops import block_mask
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.ops import m_by_n_mask
from tensorflow_model_optimization.python.core.ops import magnitude_mask
from tensorflow_model_optimization.python.core.testing import distributions
from tensorflow_model_optimization.python.core.testing import float_formats
from tensorflow_model_optimization.python.core.testing import implementations
from tensorflow_model_optimization.python.core.testing import mask_oracle
from tensorflow_model_optimization.python.core.tf_compat import tf

# For TensorFlow 1: the tests look at eager tensors.
tf.compat.v1.enable_v2_behavior()

_SEED = flags.DEFINE_integer('seed', 1, 'Seed of the random weights.')

_SPARSITIES = (0.0, 0.05, 0.25, 0.5, 0.65, 0.75, 0.8, 0.999, 1 - 2.0**-53)
_SMALL_SIZES = range(71)
# Around the sizes at which the kernel changes its ways: vectors, 16-bit
# counters, threads.
_LARGE_SIZES = (255, 1025, 65537, (1 << 20) + 1)
_BLOCKS = (
  (1, 3),
  (1, 16),
  (16, 1),
  (3, 5),
  (4, 4),
  (8, 8),
  (7, 33),
)

_M_BY_N = ((0, 3), (1, 2), (2, 4), (3, 4), (4, 8), (5, 9))

# So many shapes that each need not see every distribution.
_DISTRIBUTIONS_PER_SHAPE = 6

_Case = collections.namedtuple('_Case', 'distribution shape sparsity')

_FORMATS = parameterized.named_parameters(
  (float_format.name, float_format) for float_format in float_formats.FORMATS
)
_FORMATS_AND_POOLING = parameterized.named_parameters(
  ('{}_{}'.format(float_format.name, pooling_type), float_format, pooling_type)
  for float_format, pooling_type in itertools.product(
    float_formats.FORMATS, block_mask.POOLING_TYPES
  )
)


class ParityTest(parameterized.TestCase):
  def setUp(self):
    super(ParityTest, self).setUp()
    self._random = np.random.RandomState(_SEED.value)

  @_FORMATS
  def test_small_magnitude_masks_twin_equals_oracle(self, float_format):
    sizes = itertools.product(_SMALL_SIZES[::3])
    self._sweep(float_format, sizes, _magnitude_twin(float_format), _oracle)

  @_FORMATS
  def test_small_magnitude_masks_native_equals_twin(self, float_format):
    sizes = itertools.product(_SMALL_SIZES)
    self._sweep_native(
      float_format,
      sizes,
      magnitude_mask.magnitude_mask,
      _magnitude_twin(float_format),
    )

  @_FORMATS
  def test_large_magnitude_masks_twin_equals_oracle(self, float_format):
    sizes = [(_LARGE_SIZES[-2],)] * 2
    self._sweep(float_format, sizes, _magnitude_twin(float_format), _oracle)

  @_FORMATS
  def test_large_magnitude_masks_native_equals_twin(self, float_format):
    sizes = [(size,) for size in _LARGE_SIZES] * 2
    self._sweep_native(
      float_format,
      sizes,
      magnitude_mask.magnitude_mask,
      _magnitude_twin(float_format),
    )

  @_FORMATS
  def test_magnitude_masks_with_any_hint_equal_the_oracle(self, float_format):
    # Around the size from which on the kernel looks at hints.
    sizes = [(size,) for size in (1000, 16383, 16385, 70001)] * 3

    def run_native(float_format, patterns, sparsity):
      weights = float_format.tensor(patterns)
      # The threshold of another mask, or any bits.
      other = np.clip(sparsity + 0.2 * self._random.randn(), 0.0, 0.99)
      _, hint = magnitude_mask.magnitude_mask(weights, float(other))
      if self._random.randint(2):
        hint = float_format.tensor(self._random.choice(patterns))
      mask, threshold, zeroed = magnitude_mask.updated_magnitude_mask(
        weights, sparsity, hint
      )
      left = (patterns & ~np.asarray(float_format.sign, patterns.dtype)) != 0
      self.assertEqual(not np.any(left & ~mask.numpy()), bool(zeroed))
      return _result(float_format, mask, threshold)

    implementations.force_in_test(self, 'native')
    self._sweep(float_format, sizes, run_native, _oracle)

  @_FORMATS_AND_POOLING
  def test_small_block_masks_twin_equals_oracle(
    self, float_format, pooling_type
  ):
    for block_size in _BLOCKS:
      self._sweep(
        float_format,
        self._small_shapes(block_size),
        _block_twin(float_format, block_size, pooling_type),
        _block_oracle(block_size, pooling_type),
        block_size,
      )

  @_FORMATS_AND_POOLING
  def test_small_block_masks_native_equals_twin(
    self, float_format, pooling_type
  ):
    for block_size in _BLOCKS:
      self._sweep_native(
        float_format,
        self._small_shapes(block_size),
        _block_op(block_size, pooling_type),
        _block_twin(float_format, block_size, pooling_type),
        block_size,
      )

  @_FORMATS_AND_POOLING
  def test_large_block_masks_native_equals_twin(
    self, float_format, pooling_type
  ):
    for block_size in ((1, 16), (3, 5)):
      self._sweep_native(
        float_format,
        [(1023, 261)],
        _block_op(block_size, pooling_type),
        _block_twin(float_format, block_size, pooling_type),
        block_size,
      )

  @_FORMATS
  def test_m_by_n_masks_native_equals_twin(self, float_format):
    for m_by_n in _M_BY_N:
      # A group is a block of one column.
      shapes = self._small_shapes((m_by_n[1], 5)) + [(2, 41, 130)]
      self._sweep_native(
        float_format,
        shapes,
        _m_by_n_op(m_by_n),
        _m_by_n_twin(float_format, m_by_n),
      )

  def _sweep_native(self, float_format, shapes, op, run_twin, block_size=None):
    def run_native(float_format, patterns, sparsity):
      return _result(float_format, *op(float_format.tensor(patterns), sparsity))

    implementations.force_in_test(self, 'native')
    self._sweep(float_format, shapes, run_native, run_twin, block_size)

  def _sweep(self, float_format, shapes, run, run_expected, block_size=None):
    """Compares two functions (format, bits, sparsity) -> (mask, threshold)."""
    names = sorted(distributions.DISTRIBUTIONS)
    cases = [
      _Case(name, shape, self._sparsity())
      for shape in shapes
      for name in self._random.permutation(names)[:_DISTRIBUTIONS_PER_SHAPE]
    ]
    self.assertNotEmpty(cases)
    for case in cases:
      make = distributions.DISTRIBUTIONS[case.distribution]
      size = int(np.prod(case.shape))
      patterns = make(self._random, float_format, size).reshape(case.shape)
      mask, threshold = run(float_format, patterns, case.sparsity)
      expected_mask, expected_threshold = run_expected(
        float_format, patterns, case.sparsity
      )
      if threshold != expected_threshold or (mask != expected_mask).any():
        self.fail(
          '{}, {}, block_size={}: threshold bits {:#x}, expected {:#x}; '
          '{} of {} mask elements differ. Repeat with --seed={}.'.format(
            case,
            float_format,
            block_size,
            threshold,
            expected_threshold,
            np.count_nonzero(mask != expected_mask),
            size,
            _SEED.value,
          )
        )

  def _sparsity(self):
    if self._random.random_sample() < 0.5:
      return self._random.random_sample()
    return _SPARSITIES[self._random.randint(len(_SPARSITIES))]

  def _small_shapes(self, block_size):
    """Shapes with whole and ragged blocks, one and several planes, or none."""
    height, width = block_size
    rows, columns = (
      self._random.randint(1, 2 * size + 2) for size in block_size
    )
    return [
      (height, width),
      (rows, columns),
      (2 * height + 1, 3 * width - 1),
      (2, 1, rows, columns),
      (3, rows, columns),
      (0, columns),
    ]


def _oracle(float_format, patterns, sparsity):
  return mask_oracle.magnitude_mask(float_format, patterns, sparsity)


def _block_oracle(block_size, pooling_type):
  def run(float_format, patterns, sparsity):
    return mask_oracle.block_mask(
      float_format, patterns, sparsity, block_size, pooling_type
    )

  return run


def _block_op(block_size, pooling_type):
  def run(weights, sparsity):
    return block_mask.block_mask(weights, sparsity, block_size, pooling_type)

  return run


def _m_by_n_op(m_by_n):
  def run(weights, sparsity):
    del sparsity  # The pattern says it.
    return m_by_n_mask.m_by_n_mask(weights, m_by_n)

  return run


@functools.lru_cache(maxsize=None)
def _m_by_n_twin(float_format, m_by_n):
  return _compiled_twin(float_format, _m_by_n_op(m_by_n))


@functools.lru_cache(maxsize=None)
def _magnitude_twin(float_format):
  return _compiled_twin(float_format, magnitude_mask.magnitude_mask)


@functools.lru_cache(maxsize=None)
def _block_twin(float_format, block_size, pooling_type):
  return _compiled_twin(float_format, _block_op(block_size, pooling_type))


def _compiled_twin(float_format, op):
  """The twin in a tf.function, where its many small ops cost least."""
  with dispatch.force('tf'):
    function = tf.function(
      op,
      input_signature=[
        tf.TensorSpec(None, float_format.dtype),
        tf.TensorSpec([], tf.float64),
      ],
    ).get_concrete_function()

  def run(float_format, patterns, sparsity):
    return _result(
      float_format,
      *function(
        float_format.tensor(patterns), tf.constant(sparsity, tf.float64)
      ),
    )

  return run


def _result(float_format, mask, threshold):
  return mask.numpy(), int(float_format.patterns(threshold))


if __name__ == '__main__':
  absltest.main()
