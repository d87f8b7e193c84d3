# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which settings each weight of a model gets from the user's patterns."""

from tensorflow_model_optimization.python.core.keras import weight_patterns

__all__ = ['settings_by_weight']


def settings_by_weight(layer_weights, per_weight, settings):
  """Matches the patterns of `per_weight` with the paths of weights.

  Args:
    layer_weights: list of `LayerWeight`, the weights to choose from.
    per_weight: None, or dict from a pattern to a dict of settings that replace
      some of `settings`, or to None for weights not to be pruned. A pattern is a
      regular expression for a whole path, or a function from a path to a bool.
      The first pattern that matches a weight decides on it.
    settings: the `PruningSettings` of the call.

  Returns:
    dict from the id of a matched weight to its `PruningSettings` or None.

  Raises:
    ValueError: a pattern is no valid one or matches no weight, or the settings
      of one are wrong.
  """
  if per_weight is None:
    return {}
  if not isinstance(per_weight, dict):
    raise ValueError(
      '`per_weight` must be a dict from a pattern to a dict of settings or None. '
      "Received: per_weight={!r}. Write for example {{'.*/bias': None}}.".format(
        per_weight
      )
    )
  by_pattern = {
    pattern: _replaced(settings, pattern, overrides)
    for pattern, overrides in per_weight.items()
  }
  chosen = weight_patterns.patterns_by_weight(
    layer_weights, per_weight, 'per_weight'
  )
  return {key: by_pattern[pattern] for key, pattern in chosen.items()}


def _replaced(settings, pattern, overrides):
  if overrides is None:
    return None
  if not isinstance(overrides, dict):
    raise ValueError(
      'The settings of a pattern in `per_weight` must be a dict or None. '
      "Received: per_weight[{!r}]={!r}. Write for example {{'block_size': (1, "
      '16)}}.'.format(pattern, overrides)
    )
  try:
    return settings.replace(overrides)
  except ValueError as e:
    raise ValueError(
      'per_weight[{!r}] is wrong: {}'.format(pattern, e)
    ) from None
