# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""bitmask_expand and codebook_expand, on each implementation."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.ops import bitmask_expand as bits
from tensorflow_model_optimization.python.core.ops import (
  codebook_expand as codes,
)
from tensorflow_model_optimization.python.core.testing import float_formats
from tensorflow_model_optimization.python.core.testing import implementations
from tensorflow_model_optimization.python.core.testing import running_modes
from tensorflow_model_optimization.python.core.tf_compat import tf

_each_mode = parameterized.named_parameters(
  *sorted(running_modes.MODES.items())
)
_each_format = parameterized.named_parameters(
  (float_format.name, float_format) for float_format in float_formats.FORMATS
)
# Around those at which the kernel and the twin change their ways.
_SIZES = (0, 1, 7, 8, 9, 63, 64, 65, 255, 257, 1000, 33 * 256, (1 << 20) + 3)


class PackingTest(parameterized.TestCase):
  def test_mask(self):
    mask = np.array([[1, 0, 0, 1, 0], [0, 0, 0, 1, 1]], bool)
    np.testing.assert_array_equal(bits.pack_mask(mask), [0b00001001, 0b11])
    self.assertEqual(bits.pack_mask(np.zeros([0], bool)).shape, (0,))

  def test_indices(self):
    np.testing.assert_array_equal(
      codes.pack_indices(np.array([1, 2, 3]), 2), [0b111001]
    )
    # 5 and 6 of three bits each, then one that goes on in the next byte.
    np.testing.assert_array_equal(
      codes.pack_indices(np.array([5, 6, 7]), 3), [0b11110101, 0b1]
    )
    np.testing.assert_array_equal(
      codes.pack_indices(np.array([0x1234]), 16), [0x34, 0x12]
    )
    self.assertEqual(codes.pack_indices(np.zeros([0], int), 5).shape, (0,))

  @parameterized.parameters(
    (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (16, 4), (17, 5), (65536, 16)
  )
  def test_bits_for(self, entries, expected):
    self.assertEqual(codes.bits_for(entries), expected)


class ExpandTests(metaclass=parameterized.TestGeneratorMetaclass):
  """The tests; a class below runs them for each implementation."""

  implementation = None

  def setUp(self):
    super().setUp()
    implementations.force_in_test(self, self.implementation)
    self._random = np.random.RandomState(0)

  @_each_mode
  def test_literal_mask(self, run):
    mask_bits = np.array([0b10000010, 0b1], np.uint8)
    values = np.array([5.0, -1.0, 2.5], np.float32)
    (dense,) = run(
      lambda m, v: [bits.bitmask_expand(m, v, 10)], mask_bits, values
    )
    np.testing.assert_array_equal(dense, [0, 5, 0, 0, 0, 0, 0, -1, 2.5, 0])

  @_each_mode
  def test_literal_indices(self, run):
    packed = np.array([0b00001011, 0b1], np.uint8)  # 3, 1, 4
    codebook = np.array([0.0, 10.0, 20.0, 30.0, 40.0], np.float32)
    (dense,) = run(
      lambda i, c: [codes.codebook_expand(i, c, 3, 3)], packed, codebook
    )
    np.testing.assert_array_equal(dense, [30.0, 10.0, 40.0])

  @_each_format
  def test_mask_equals_numpy(self, float_format):
    for size in _SIZES:
      for density in (0.0, 0.03, 0.4, 1.0):
        mask = self._random.random_sample(size) < density
        patterns = self._patterns(float_format, np.count_nonzero(mask))
        expected = np.zeros([size], np.uint64)
        expected[mask] = patterns
        dense = bits.bitmask_expand(
          bits.pack_mask(mask), float_format.tensor(patterns), size
        )
        self.assertEqual(dense.shape.as_list(), [size])
        np.testing.assert_array_equal(float_format.patterns(dense), expected)

  @_each_format
  def test_indices_equal_numpy(self, float_format):
    for number_of_bits in range(1, codes.MAX_BITS + 1):
      for size in _SIZES[: -1 if number_of_bits % 4 else None]:
        entries = self._random.randint(1, 2**number_of_bits + 1)
        indices = self._random.randint(0, entries, size)
        patterns = self._patterns(float_format, entries)
        dense = codes.codebook_expand(
          codes.pack_indices(indices, number_of_bits),
          float_format.tensor(patterns),
          size,
          number_of_bits,
        )
        self.assertEqual(dense.shape.as_list(), [size])
        np.testing.assert_array_equal(
          float_format.patterns(dense), patterns[indices]
        )

  def _patterns(self, float_format, size):
    """Any bits: NaN of any payload, -0, denormals."""
    high, low = self._random.randint(0, 2**32, [2, size], np.uint64)
    patterns = (high << np.uint64(32)) | low
    return patterns >> np.uint64(64 - float_format.bits)

  # --- hostile input ---------------------------------------------------------

  @_each_mode
  def test_mask_that_does_not_go_with_the_values(self, run):
    for mask_bits, count in (
      ([7, 0], 2),
      ([7, 0], 4),
      ([0, 0], 1),
      ([1, 4], 2),
    ):
      with self.assertRaisesRegex(
        tf.errors.InvalidArgumentError, 'values.* must have as many elements'
      ):
        run(
          lambda m, v: [bits.bitmask_expand(m, v, 10)],
          np.array(mask_bits, np.uint8),
          np.ones([count], np.float32),
        )

  @_each_mode
  def test_index_outside_of_the_codebook(self, run):
    for entries in (0, 1, 14):
      with self.assertRaisesRegex(
        tf.errors.InvalidArgumentError, 'indices.* must be less than the number'
      ):
        run(
          lambda i, c: [codes.codebook_expand(i, c, 4, 4)],
          np.array([0x10, 0xE0], np.uint8),
          np.ones([entries], np.float32),
        )

  @parameterized.named_parameters(
    *[(name, run) for name, run in sorted(running_modes.MODES.items())][1:]
  )
  def test_shapes_that_only_the_graph_knows(self, run):
    one, two = np.zeros([1], np.uint8), np.zeros([2], np.uint8)
    vector, matrix = np.zeros([0], np.float32), np.zeros([1, 1], np.float32)
    for packed, numbers in ((one, vector), (two[None], vector), (two, matrix)):
      with self.assertRaises(tf.errors.InvalidArgumentError):
        run(lambda m, v: [bits.bitmask_expand(m, v, 9)], packed, numbers)
      with self.assertRaises(tf.errors.InvalidArgumentError):
        run(lambda i, c: [codes.codebook_expand(i, c, 3, 4)], packed, numbers)

  def test_wrong_arguments(self):
    mask_bits, values = np.zeros([2], np.uint8), np.zeros([0], np.float32)
    for size in (-1, 1.0, None, True):
      with self.assertRaisesRegex(ValueError, '`size` must be an int >= 0'):
        bits.bitmask_expand(mask_bits, values, size)
    with self.assertRaisesRegex(ValueError, r'`mask_bits` must have the shape'):
      bits.bitmask_expand(mask_bits, values, 8)
    with self.assertRaisesRegex(ValueError, '`mask_bits` must have the dtype'):
      bits.bitmask_expand(mask_bits.astype(np.int32), values, 9)
    with self.assertRaisesRegex(ValueError, '`values` must have one of the'):
      bits.bitmask_expand(mask_bits, values.astype(np.int32), 9)
    with self.assertRaisesRegex(ValueError, '`values` must be a vector'):
      bits.bitmask_expand(mask_bits, values[None], 9)
    for number_of_bits in (0, 17, 4.0):
      with self.assertRaisesRegex(ValueError, '`bits` must be an int from 1'):
        codes.codebook_expand(mask_bits, values, 4, number_of_bits)
    with self.assertRaisesRegex(ValueError, r'`indices` must have the shape'):
      codes.codebook_expand(mask_bits, values, 5, 4)


class TwinTest(ExpandTests, parameterized.TestCase):
  implementation = 'tf'


class NativeTest(ExpandTests, parameterized.TestCase):
  implementation = 'native'


if __name__ == '__main__':
  absltest.main()
