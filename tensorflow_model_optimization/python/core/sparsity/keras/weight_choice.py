# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which settings each weight of a model gets from the user's patterns."""

import re

__all__ = ['settings_by_weight']

# So many paths are shown in the message about a pattern without a match.
_PATHS_IN_MESSAGE = 20


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
  chosen = {}
  for pattern, overrides in per_weight.items():
    matches = _matcher(pattern)
    matched = [found for found in layer_weights if matches(found.path)]
    if not matched:
      raise ValueError(_no_match_message(pattern, layer_weights))
    replaced = _replaced(settings, pattern, overrides)
    for found in matched:
      chosen.setdefault(id(found.weight), replaced)
  return chosen


def _matcher(pattern):
  if callable(pattern):
    return pattern
  try:
    compiled = re.compile(pattern)
  except (TypeError, re.error) as e:
    raise ValueError(
      'A pattern in `per_weight` must be a regular expression or a function from '
      "a path to a bool. Received: pattern={!r} ({}). Write for example '.*/"
      "kernel'.".format(pattern, e)
    ) from None
  return lambda path: compiled.fullmatch(path) is not None


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


def _no_match_message(pattern, layer_weights):
  paths = [found.path for found in layer_weights]
  shown = ', '.join(paths[:_PATHS_IN_MESSAGE])
  if len(paths) > _PATHS_IN_MESSAGE:
    shown += ', and {} more'.format(len(paths) - _PATHS_IN_MESSAGE)
  return (
    'A pattern in `per_weight` matches no weight; it must match a whole path. '
    'Received: pattern={!r}. The paths are: {}.'.format(
      pattern, shown or '(none: build the model first)'
    )
  )
