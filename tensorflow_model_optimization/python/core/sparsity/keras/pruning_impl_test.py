# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a mask update does to the variables of a layer."""

from unittest import mock

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import keep_zeros
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_impl,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras


class OneWeight(keras.layers.Layer):
  """A layer with one prunable weight of any shape."""

  def __init__(self, weight_shape, **kwargs):
    super().__init__(**kwargs)
    self.weight_shape = weight_shape

  def build(self, input_shape):
    self.w = self.add_weight(
      name='w', shape=self.weight_shape, initializer='zeros'
    )
    super().build(input_shape)

  def call(self, inputs):
    return inputs

  def get_prunable_weights(self):
    return [self.w]


def _value(variable):
  return test_case.value_of(variable)


def _wrapper(values, **kwargs):
  """A built wrapper of a layer whose only weight has these values."""
  values = np.asarray(values, np.float32)
  wrapper = pruning_wrapper.PruneLowMagnitude(OneWeight(values.shape), **kwargs)
  wrapper.build((None, 1))
  wrapper.layer.set_weights([values])
  return wrapper


class PruningTest(test_case.KerasTestCase):
  def test_an_update_sets_mask_threshold_and_weight(self):
    wrapper = _wrapper([[1.0, -4.0, 3.0], [-2.0, 0.5, 6.0]])
    wrapper.pruning_obj.update_masks(0.5)
    weight, mask, threshold = wrapper.pruning_vars[0]
    self.assert_same_arrays(
      np.array([[False, True, True], [False, False, True]]), _value(mask)
    )
    self.assert_same_arrays(np.float32(3.0), _value(threshold))
    self.assert_same_arrays(
      np.array([[0.0, -4.0, 3.0], [0.0, 0.0, 6.0]], np.float32), _value(weight)
    )

  def test_exactly_k_are_kept_also_among_equals(self):
    for sparsity, kept in ((0.0, 10), (0.25, 8), (0.75, 2), (0.999, 1)):
      wrapper = _wrapper(np.ones((2, 5)))
      wrapper.pruning_obj.update_masks(sparsity)
      self.assertEqual(
        [1.0] * kept + [0.0] * (10 - kept),
        list(_value(wrapper.layer.w).ravel()),
      )

  def test_blocks_are_pruned_together(self):
    wrapper = _wrapper(
      [[1.0, 1.0, 9.0, 0.0], [1.0, 1.0, 0.0, 0.0]],
      block_size=(2, 2),
      block_pooling_type='MAX',
    )
    wrapper.pruning_obj.update_masks(0.5)
    self.assert_equal_values(
      [[0, 0, 9, 0], [0, 0, 0, 0]], _value(wrapper.layer.w)
    )
    self.assert_equal_values(
      [[0, 0, 1, 1], [0, 0, 1, 1]], _value(wrapper.pruning_vars[0].mask)
    )

  def test_average_blocks_of_a_convolution_kernel(self):
    kernel = np.zeros((1, 2, 2, 4), np.float32)
    kernel[0, 0] = [[1, 1, 9, 0], [1, 1, 0, 0]]  # Averages 1 and 2.25.
    kernel[0, 1] = [[3, 3, 2, 2], [3, 3, 2, 1]]  # Averages 3 and 1.75.
    wrapper = _wrapper(kernel, block_size=(2, 2))
    wrapper.pruning_obj.update_masks(0.5)
    self.assert_equal_values(
      [
        [
          [[0, 0, 9, 0], [0, 0, 0, 0]],
          [[3, 3, 0, 0], [3, 3, 0, 0]],
        ]
      ],
      _value(wrapper.layer.w),
    )

  def test_two_of_four_weights_along_the_inputs(self):
    wrapper = _wrapper(
      np.array([[1.0, 8.0], [2.0, 7.0], [3.0, 6.0], [4.0, 5.0]]),
      sparsity_m_by_n=(2, 4),
    )
    # The pattern fixes the sparsity.
    wrapper.pruning_obj.update_masks(0.9)
    self.assert_equal_values(
      [[0, 8], [0, 7], [3, 0], [4, 0]], _value(wrapper.layer.w)
    )

  def test_keep_zeros_applies_the_present_mask(self):
    wrapper = _wrapper([1.0, 2.0, 3.0, 4.0])
    wrapper.pruning_obj.update_masks(0.5)
    weight = adapter.tf_variable(wrapper.layer.w)
    test_case.value_of(weight.assign([5.0, 6.0, 7.0, 8.0]))
    wrapper.pruning_obj.keep_zeros()
    self.assert_equal_values([0.0, 0.0, 7.0, 8.0], test_case.value_of(weight))

  def test_several_weights_are_pruned_each_by_itself(self):
    wrapper = pruning_wrapper.PruneLowMagnitude(keras.layers.LSTM(4))
    wrapper(np.zeros((1, 2, 3), np.float32))
    wrapper.pruning_obj.update_masks(0.75)
    self.assertEqual(
      [12, 16],
      [np.count_nonzero(_value(weight)) for weight in wrapper.prunable_weights],
    )

  def test_a_frozen_weight_is_left_bit_for_bit(self):
    wrapper = _wrapper([[1.0, -4.0], [np.nan, 0.5]])
    before = _value(wrapper.layer.w)
    wrapper.trainable = False
    wrapper.pruning_obj.update_masks(0.5)
    wrapper.pruning_obj.keep_zeros()
    self.assert_same_arrays(before, _value(wrapper.layer.w))
    self.assertTrue(np.all(_value(wrapper.pruning_vars[0].mask)))
    wrapper.trainable = True
    wrapper.pruning_obj.update_masks(0.5)
    self.assertEqual(2, np.count_nonzero(_value(wrapper.layer.w)))

  @parameterized.named_parameters(
    ('vector', (41,)),
    ('matrix', (9, 7)),
    ('one_row', (1, 50)),
    ('long_rows', (5, 40)),
    ('convolution', (3, 3, 4, 2)),
    ('one_by_one', (1, 1, 8, 8)),
  )
  def test_zeroing_slice_by_slice_gives_the_same_bits(self, shape):
    values = np.random.normal(size=shape)
    whole, sliced = _wrapper(values), _wrapper(values)
    whole.pruning_obj.update_masks(0.6)
    with mock.patch.object(pruning_impl, '_ELEMENTS_PER_SLICE', 16):
      sliced.pruning_obj.update_masks(0.6)
    kept = round(0.4 * np.prod(shape))
    self.assertEqual(kept, np.count_nonzero(_value(whole.layer.w)))
    self.assert_same_arrays(_value(whole.layer.w), _value(sliced.layer.w))

  @parameterized.named_parameters(
    ('vector', (41,)),
    ('matrix', (9, 7)),
    ('convolution', (3, 3, 4, 2)),
  )
  def test_zeroing_in_place_gives_the_same_bits(self, shape):
    if not tf_compat.keeps_in_place(tf.Variable(0.0)):
      self.skipTest('TensorFlow changes no weight in place here')
    values = np.random.normal(size=shape)
    whole, in_place = _wrapper(values), _wrapper(values)
    whole.pruning_obj.update_masks(0.6)
    self.enter_context(mock.patch.object(keep_zeros, '_FEWEST_IN_PLACE', 1))
    keep = tf_compat.keep_in_place
    with mock.patch.object(
      tf_compat, 'keep_in_place', side_effect=keep
    ) as kept:
      in_place.pruning_obj.update_masks(0.6)
    kept.assert_called_once()
    self.assert_same_arrays(_value(whole.layer.w), _value(in_place.layer.w))
    # Now that it is zero, an update changes nothing, but without one to say so
    # everything is zeroed.
    in_place.pruning_obj.update_masks(0.6)
    in_place.layer.set_weights([values])
    in_place.pruning_obj.keep_zeros()
    self.assert_same_arrays(_value(whole.layer.w), _value(in_place.layer.w))

  @parameterized.named_parameters(
    ('matrix', (1031, 1033)),
    ('one_row', (1, 1 << 20 | 1)),
    ('convolution', (3, 3, 400, 300)),
  )
  def test_large_weights_keep_exactly_k(self, shape):
    n = int(np.prod(shape))
    self.assertGreater(n, 1 << 20)
    values = np.random.RandomState(0).normal(size=shape).astype(np.float32)
    wrapper = _wrapper(values)
    wrapper.pruning_obj.update_masks(0.8)
    pruned = _value(wrapper.layer.w)
    kept = pruned != 0.0
    self.assertEqual(round(n * (1.0 - 0.8)), np.count_nonzero(kept))
    self.assert_same_arrays(values[kept], pruned[kept])
    self.assertGreaterEqual(
      np.min(np.abs(values[kept])), np.max(np.abs(values[~kept]))
    )

  def test_updates_of_a_large_weight_leave_zeros_where_the_mask_is_false(self):
    random = np.random.RandomState(1)
    wrapper = _wrapper(random.normal(size=(600, 700)))
    weight, mask, threshold = wrapper.pruning_vars[0]
    n = 600 * 700
    for sparsity, moved in (
      (0.5, False),
      (0.5, False),  # All that is pruned is zero already.
      (0.5, True),
      (0.8, False),
      (0.8, True),
      (0.3, False),  # Less than is zero already.
      (0.3, True),
    ):
      if moved:
        # Also those that are pruned: a user's `set_weights`, say.
        wrapper.layer.set_weights(
          [_value(weight) + random.normal(size=(600, 700))]
        )
      before = _value(weight)
      wrapper.pruning_obj.update_masks(sparsity)
      kept = _value(mask)
      self.assertEqual(round(n * (1.0 - sparsity)), np.count_nonzero(kept))
      self.assert_same_arrays(
        np.where(kept, before, np.float32(0.0)), _value(weight)
      )
      self.assertEqual(np.min(np.abs(before[kept])), _value(threshold))

  def test_zeros_are_not_written_again(self):
    if tf_compat.in_v1_graph() or not tf_compat.shares_reads():
      self.skipTest('Here an update always writes.')
    wrapper = _wrapper(np.random.normal(size=(600, 700)))
    weight, mask, _ = wrapper.pruning_vars[0]
    wrapper.pruning_obj.update_masks(0.5)
    # -0 is zero, and tells whether it was overwritten.
    marked = np.where(_value(mask), _value(weight), np.float32(-0.0))
    wrapper.layer.set_weights([marked])
    wrapper.pruning_obj.update_masks(0.5)
    self.assertTrue(np.all(np.signbit(_value(weight)[~_value(mask)])))
    wrapper.pruning_obj.update_masks(0.6)
    self.assertFalse(np.any(np.signbit(_value(weight)[~_value(mask)])))

  def test_an_update_starts_from_the_threshold_before(self):
    wrapper = _wrapper([1.0, -4.0, 3.0, -2.0])
    hints = []

    compute_masks = pruning_impl.mask_lib.compute_masks

    def note_hint(*args):
      hints.append(args[4])
      return compute_masks(*args)

    with mock.patch.object(pruning_impl.mask_lib, 'compute_masks', note_hint):
      wrapper.pruning_obj.update_masks(0.5)
    (hint,) = hints
    self.assertEqual((tf.float32, []), (hint.dtype, hint.shape.as_list()))

  def test_reading_a_large_weight_copies_nothing_after_an_update(self):
    # An update by index can leave a variable in a mode in which each read, in
    # every later training step and inference, copies all of it.
    if tf_compat.in_v1_graph() or not tf_compat.shares_reads():
      self.skipTest('Here it is not updated by index.')
    wrapper = _wrapper(np.random.normal(size=(1031, 1033)))
    for update in (
      lambda: wrapper.pruning_obj.update_masks(0.8),
      wrapper.pruning_obj.keep_zeros,
    ):
      update()
      for variable in wrapper.layer.w, wrapper.pruning_vars[0].mask:
        tf_variable = adapter.tf_variable(variable)
        reads = [tf_variable.read_value() for _ in range(2)]
        first, second = [np.asarray(memoryview(read)) for read in reads]
        self.assertTrue(np.shares_memory(first, second))

  def test_an_update_is_compiled_once(self):
    wrapper = _wrapper(np.random.normal(size=(40, 10)))
    with mock.patch.object(
      pruning_impl.mask_lib,
      'compute_masks',
      wraps=pruning_impl.mask_lib.compute_masks,
    ) as compute_mask:
      for sparsity in (0.2, 0.5, 0.8):
        wrapper.pruning_obj.update_masks(sparsity)
        self.assertEqual(
          round(400 * (1.0 - sparsity)),
          np.count_nonzero(_value(wrapper.layer.w)),
        )
    self.assertEqual(1, compute_mask.call_count)


if __name__ == '__main__':
  absltest.main()
