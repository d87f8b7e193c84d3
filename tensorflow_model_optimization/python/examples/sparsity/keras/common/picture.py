# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Draws the sparsity of every pruned weight over the steps, and the accuracy."""


class PictureError(RuntimeError):
  """There can be no picture here; says what to install."""


def check_available():
  """Raises `PictureError` if matplotlib cannot be imported."""
  _pyplot()


def draw(path, dense, pruned, target_sparsity):
  """Writes a PNG with two panels over the same steps.

  Args:
    path: the file to write.
    dense: `training_log.History` of the dense model.
    pruned: `training_log.History` of the pruned model.
    target_sparsity: drawn as a dashed line.

  Raises:
    PictureError: if matplotlib cannot be imported.
  """
  pyplot = _pyplot()
  figure, (upper, lower) = pyplot.subplots(
    2, 1, sharex=True, figsize=(8.0, 6.0), gridspec_kw={'height_ratios': (2, 1)}
  )
  # The curves lie on each other, as they should: thinner and thinner lines
  # leave all of them visible.
  width = 1.5 + 1.5 * len(pruned.sparsity)
  for label, curve in pruned.sparsity.items():
    upper.plot(
      pruned.steps,
      [100.0 * value for value in curve],
      label=label,
      linewidth=width,
    )
    width -= 1.5
  upper.axhline(
    100.0 * target_sparsity,
    color='gray',
    linestyle='--',
    linewidth=1.0,
    label='asked for',
  )
  upper.set_ylabel('zeros, %')
  upper.set_title('Sparsity of the pruned weights')
  upper.legend(loc='lower right')

  for label, history in (('dense', dense), ('pruned', pruned)):
    lower.plot(
      history.epoch_steps,
      [100.0 * a for a in history.accuracies],
      marker='.',
      label=label,
    )
  lower.set_ylabel('test accuracy, %')
  lower.set_xlabel('optimizer steps')
  lower.legend(loc='lower right')

  figure.tight_layout()
  figure.savefig(path, dpi=120)
  pyplot.close(figure)


def _pyplot():
  try:
    import matplotlib  # pylint: disable=g-import-not-at-top
  except ImportError as error:
    raise PictureError(
      f'no picture will be drawn: matplotlib cannot be imported ({error}). '
      'Run: pip install matplotlib'
    ) from error
  matplotlib.use('Agg')  # Draws into files; needs no display.
  from matplotlib import pyplot  # pylint: disable=g-import-not-at-top

  return pyplot
