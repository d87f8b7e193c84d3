# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Who decides between a native op and its twin."""

import os
import threading
from unittest import mock

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import block_mask
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.ops import m_by_n_mask
from tensorflow_model_optimization.python.core.ops import magnitude_mask
from tensorflow_model_optimization.python.core.ops import native
from tensorflow_model_optimization.python.core.testing import fresh_process
from tensorflow_model_optimization.python.core.testing import implementations

_NATIVE = 'the native ops'
_TWIN = None
_LOGGER = 'tensorflow_model_optimization'


def _environment(mode):
  """Sets TFMOT_OPS, or unsets it for None."""
  variables = {} if mode is None else {'TFMOT_OPS': mode}
  patch = mock.patch.dict(os.environ, variables)
  patch.start()
  if mode is None:
    os.environ.pop('TFMOT_OPS', None)
  return patch


class DispatchTest(parameterized.TestCase):
  def setUp(self):
    super().setUp()
    self._set_environment(None)
    self._load = self._patch(native, 'load', return_value=_NATIVE)
    self._patch(dispatch, '_fallback_was_logged', new=False)

  def _patch(self, owner, name, **kwargs):
    patch = mock.patch.object(owner, name, **kwargs)
    self.addCleanup(patch.stop)
    return patch.start()

  def _set_environment(self, mode):
    self.addCleanup(_environment(mode).stop)

  def _make_unavailable(self):
    self._load.side_effect = native.NativeOpsUnavailableError('it is broken')

  # --- available -------------------------------------------------------------

  @parameterized.parameters(
    (None, _NATIVE), ('auto', _NATIVE), ('native', _NATIVE), ('tf', _TWIN)
  )
  def test_environment_chooses(self, mode, expected):
    self._set_environment(mode)
    self.assertEqual(expected, dispatch.native_ops())

  @parameterized.parameters(
    ('auto', _NATIVE), ('native', _NATIVE), ('tf', _TWIN)
  )
  def test_force_goes_before_the_environment(self, mode, expected):
    for environment in dispatch.MODES:
      self._set_environment(environment)
      with dispatch.force(mode):
        self.assertEqual(expected, dispatch.native_ops())

  def test_twin_is_chosen_without_touching_the_library(self):
    self._set_environment('tf')
    dispatch.native_ops()
    self._load.assert_not_called()

  def test_environment_is_read_at_each_call(self):
    self._set_environment('tf')
    self.assertEqual(_TWIN, dispatch.native_ops())
    os.environ['TFMOT_OPS'] = 'native'
    self.assertEqual(_NATIVE, dispatch.native_ops())

  # --- not available ---------------------------------------------------------

  def test_auto_falls_back_and_logs_one_line_with_the_reason(self):
    self._make_unavailable()
    with self.assertLogs(_LOGGER) as logs:
      for _ in range(3):
        self.assertEqual(_TWIN, dispatch.native_ops())
    self.assertLen(logs.output, 1)
    self.assertIn('it is broken', logs.output[0])
    self.assertNotIn('\n', logs.output[0])

  @parameterized.parameters('environment', 'force')
  def test_native_never_falls_back(self, chosen_by):
    self._make_unavailable()
    if chosen_by == 'environment':
      self._set_environment('native')
    else:
      forced = dispatch.force('native')
      forced.__enter__()
      self.addCleanup(forced.__exit__, None, None, None)
    for _ in range(2):
      with self.assertRaisesRegex(
        native.NativeOpsUnavailableError, 'it is broken'
      ):
        dispatch.native_ops()

  def test_twin_works_without_a_word(self):
    self._make_unavailable()
    self._set_environment('tf')
    with self.assertLogs(_LOGGER) as logs:
      self.assertEqual(_TWIN, dispatch.native_ops())
      dispatch._log.warning('so that there is one')
    self.assertLen(logs.output, 1)

  def test_other_errors_are_no_reason_to_fall_back(self):
    self._load.side_effect = ZeroDivisionError()
    with self.assertRaises(ZeroDivisionError):
      dispatch.native_ops()

  # --- force -----------------------------------------------------------------

  def test_force_nests(self):
    with dispatch.force('tf'):
      with dispatch.force('native'):
        self.assertEqual(_NATIVE, dispatch.native_ops())
        with dispatch.force('tf'):
          self.assertEqual(_TWIN, dispatch.native_ops())
        self.assertEqual(_NATIVE, dispatch.native_ops())
      self.assertEqual(_TWIN, dispatch.native_ops())
    self.assertEqual(_NATIVE, dispatch.native_ops())

  def test_force_ends_with_an_exception(self):
    with self.assertRaises(KeyError):
      with dispatch.force('tf'):
        raise KeyError()
    self.assertEqual(_NATIVE, dispatch.native_ops())

  def test_force_holds_for_its_own_thread_only(self):
    is_forced, may_end = threading.Event(), threading.Event()
    chosen = []

    def force_twin():
      with dispatch.force('tf'):
        is_forced.set()
        may_end.wait(10)
        chosen.append(dispatch.native_ops())

    thread = threading.Thread(target=force_twin)
    thread.start()
    self.assertTrue(is_forced.wait(10))
    self.assertEqual(_NATIVE, dispatch.native_ops())
    may_end.set()
    thread.join()
    self.assertEqual([_TWIN], chosen)

  # --- bad modes -------------------------------------------------------------

  @parameterized.parameters('fast', '', 'Native', 'tensorflow')
  def test_unknown_mode_in_the_environment_is_named(self, mode):
    self._set_environment(mode)
    with self.assertRaisesRegex(
      ValueError,
      r"`TFMOT_OPS` must be one of \('auto', 'native', 'tf'\)\. "
      'Received: TFMOT_OPS={!r}'.format(mode),
    ):
      dispatch.native_ops()

  @parameterized.parameters('fast', '', None)
  def test_unknown_mode_of_force_is_named(self, mode):
    with self.assertRaisesRegex(
      ValueError, '`mode` must be one of .* Received: mode={!r}'.format(mode)
    ):
      with dispatch.force(mode):
        self.fail('The block ran.')
    self.assertEqual(_NATIVE, dispatch.native_ops())


class NativePlacementTest(parameterized.TestCase):
  """A GPU that is not there, but which the library is told of."""

  def setUp(self):
    super().setUp()
    for owner, name, options in (
      (tf_compat, 'sees_gpu', {'return_value': True}),
      (native, 'has_gpu_kernels', {'return_value': False}),
      (dispatch, '_cpu_placement_was_logged', {'new': False}),
    ):
      patch = mock.patch.object(owner, name, **options)
      setattr(self, name, patch.start())
      self.addCleanup(patch.stop)

  def _device_in_graph(self, outer):
    """Where an op is put that is built where `outer` is asked for."""
    with tf_compat.tf.Graph().as_default(), tf_compat.tf.device(outer):
      with dispatch.native_placement():
        return tf_compat.tf.constant(1.0).op.device

  def test_without_gpu_kernels_goes_to_the_cpu_said_once(self):
    with self.assertLogs(_LOGGER) as logs:
      for _ in range(2):
        self.assertEqual('/device:CPU:0', self._device_in_graph('/GPU:0'))
    self.assertLen(logs.output, 1)
    self.assertIn('has no GPU kernels', logs.output[0])
    self.assertNotIn('\n', logs.output[0])

  def test_stays_in_its_job(self):
    with self.assertLogs(_LOGGER):
      self.assertEqual(
        '/job:worker/task:2/device:CPU:0',
        self._device_in_graph('/job:worker/task:2/device:GPU:1'),
      )

  def test_gpu_kernels_stay_where_they_are_asked_for(self):
    self.has_gpu_kernels.return_value = True
    self.assertEqual('/device:GPU:0', self._device_in_graph('/GPU:0'))

  def test_without_a_gpu_nothing_is_asked_for(self):
    self.sees_gpu.return_value = False
    self.assertEqual('', self._device_in_graph(None))

  def test_all_ops_are_placed_so(self):
    implementations.native_library(self)
    with dispatch.force('native'), self.assertLogs(_LOGGER):
      with tf_compat.tf.Graph().as_default(), tf_compat.tf.device('/GPU:0'):
        masks = (
          magnitude_mask.magnitude_mask([1.0, 2.0], 0.5),
          block_mask.block_mask([[1.0, 2.0]], 0.5, (1, 1)),
          m_by_n_mask.m_by_n_mask([[1.0], [2.0]], (1, 2)),
        )
    for mask, _ in masks:
      self.assertEqual('/device:CPU:0', mask.op.device)


# A program that uses both ops, first alone and then inside a tf.function, in a
# process whose library is not where it should be.
_PROGRAM = """
import logging
logging.basicConfig(format='LOG %(name)s %(message)s')
from tensorflow_model_optimization.python.core.ops import block_mask
from tensorflow_model_optimization.python.core.ops import magnitude_mask
from tensorflow_model_optimization.python.core.ops import native
from tensorflow_model_optimization.python.core.tf_compat import tf
tf.compat.v1.enable_v2_behavior()
native.library_path = lambda: '/nowhere/libtfmot_ops.so'
def run(name, op):
  try:
    print(name, op()[0].numpy().tolist())
  except Exception as e:
    # AutoGraph of TensorFlow 1 turns every exception into this one.
    assert type(e).__name__ in ('NativeOpsUnavailableError', 'StagingError'), e
    print(name, 'refused' if '/nowhere/libtfmot_ops.so' in str(e) else e)
run('magnitude', lambda: magnitude_mask.magnitude_mask([1.0, 2.0], 0.5))
run('block', lambda: block_mask.block_mask([[1.0, 2.0]], 0.5, (1, 1)))
run('function', tf.function(
  lambda: magnitude_mask.magnitude_mask([1.0, 2.0], 0.5)))
"""


class WholeProcessTest(absltest.TestCase):
  def _run(self, mode):
    result = fresh_process.run(_PROGRAM, {'TFMOT_OPS': mode})
    self.assertEqual(0, result.returncode, result.stderr)
    logged = [
      line
      for line in result.stderr.splitlines()
      if line.startswith('LOG tensorflow_model_optimization ')
    ]
    return result.stdout.splitlines(), logged

  def test_native_without_a_library_refuses_every_op(self):
    output, logged = self._run('native')
    self.assertEqual(
      ['magnitude refused', 'block refused', 'function refused'], output
    )
    self.assertEmpty(logged)

  def test_auto_without_a_library_computes_and_logs_one_line(self):
    output, logged = self._run(None)
    self.assertEqual(
      [
        'magnitude [False, True]',
        'block [[False, True]]',
        'function [False, True]',
      ],
      output,
    )
    self.assertLen(logged, 1)
    self.assertIn('/nowhere/libtfmot_ops.so', logged[0])
    remedy = (
      './dev wheel' if tf_compat.has_stable_c_api() else 'Upgrade TensorFlow'
    )
    self.assertIn(remedy, logged[0])

  def test_tf_without_a_library_computes_without_a_word(self):
    output, logged = self._run('tf')
    self.assertLen(output, 3)
    self.assertEqual('magnitude [False, True]', output[0])
    self.assertEmpty(logged)


if __name__ == '__main__':
  absltest.main()
