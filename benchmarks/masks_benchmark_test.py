# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the mask benchmark, small: that it still works and refuses wrong masks."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from unittest import mock

import numpy as np

from benchmarks import mask_candidates
from benchmarks import mask_worker
from benchmarks import masks_benchmark
from benchmarks import worker_process


class MasksBenchmarkTest(unittest.TestCase):
  def _main(self, *argv):
    """Runs the benchmark; returns (exit status, stdout)."""
    stdout = io.StringIO()
    with contextlib.redirect_stdout(stdout):
      status = masks_benchmark.main(list(argv))
    return status, stdout.getvalue()

  def test_small_run(self):
    with tempfile.TemporaryDirectory() as folder:
      path = os.path.join(folder, 'masks.json')
      with mock.patch.object(worker_process, 'find_incumbent', lambda: None):
        status, stdout = self._main(
          '--sizes',
          '2e3',
          '--memory_size',
          '2e5',
          '--rounds',
          '1',
          '--json',
          path,
        )
      with open(path) as file:
        results = json.load(file)
    self.assertEqual(0, status)
    self.assertIn('2,000 float32 weights', stdout)
    self.assertIn('incumbent (pip): not measured', stdout)
    self.assertIn('at 10,000,000 weights: not measured', stdout)
    self.assertLess(
      results['calls']['an empty call: tf.identity'],
      results['calls']['ours: TensorFlow twin'],
    )
    medians = results['times'][0]['median_seconds']
    for name in ('ours: TensorFlow twin', 'memcpy of the weights'):
      self.assertGreater(medians[name], 0.0)
    # A float32 mask, as the incumbent's, has 4 bytes per weight.
    masks = {row['name']: row['mask_bytes'] for row in results['memory']}
    self.assertEqual(200000, masks['ours: TensorFlow twin'])
    self.assertEqual(800000, masks['sort: tf.math.top_k(k=n)'])

  def test_a_wrong_mask_is_an_error(self):
    real_numpy_mask = mask_candidates.numpy_mask

    def wrong_numpy_mask(weights, sparsity):
      def update():
        mask, threshold = real_numpy_mask(weights, sparsity)()
        mask[7] = not mask[7]
        return mask, threshold

      return update

    with mock.patch.object(mask_candidates, 'numpy_mask', wrong_numpy_mask):
      with self.assertRaisesRegex(
        RuntimeError, 'numpy.partition.*Received: 1 different'
      ):
        self._main('--sizes', '2000', '--rounds', '1')

  def test_sizes_and_rounds_are_checked(self):
    for argv in (['--sizes', '0'], ['--rounds', '0'], ['--memory_size', '-1']):
      with contextlib.redirect_stderr(io.StringIO()) as stderr:
        with self.assertRaises(SystemExit):
          masks_benchmark.main(argv)
      self.assertIn('expected at least 1', stderr.getvalue())


class MaskCandidatesTest(unittest.TestCase):
  def test_all_keep_the_same_weights(self):
    weights = mask_worker.make_weights(1001, seed=3)
    order = np.argsort(-np.abs(weights))
    for maker in (
      mask_candidates.numpy_mask,
      mask_candidates.sort_mask,
      mask_candidates.top_k_mask,
      mask_candidates.library_mask('tf'),
    ):
      mask, threshold = maker(weights, 0.8)()
      kept = np.flatnonzero(np.asarray(mask))
      self.assertEqual(set(order[:200]), set(kept))
      self.assertEqual(abs(weights[order[199]]), threshold)

  def test_memcpy_copies(self):
    weights = mask_worker.make_weights(10, seed=3)
    copy, _ = mask_candidates.memcpy(weights, 0.8)()
    np.testing.assert_array_equal(weights, copy)
    self.assertIsNot(weights, copy)


class WorkerTest(unittest.TestCase):
  def test_a_worker_that_ends_says_so(self):
    worker = worker_process.Worker('sort', '/bin/false')
    self.addCleanup(worker.close)
    with self.assertRaisesRegex(RuntimeError, 'exit status=1 from /bin/false'):
      worker.prepare(10, seed=1, sparsity=0.8)


if __name__ == '__main__':
  unittest.main()
