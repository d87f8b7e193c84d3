# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which pattern of the user's decides on each weight of a model."""

import re

__all__ = ['patterns_by_weight']

# So many paths are shown in the message about a pattern without a match.
_PATHS_IN_MESSAGE = 20


def patterns_by_weight(layer_weights, patterns, argument):
  """Matches patterns with the paths of weights.

  Args:
    layer_weights: list of `LayerWeight`, the weights to choose from.
    patterns: patterns, in order. One is a regular expression for a whole path,
      or a function from a path to a bool. The first that matches a weight
      decides on it.
    argument: name of the user's argument, for messages.

  Returns:
    dict from the id of a matched weight to its pattern.

  Raises:
    ValueError: a pattern is no valid one or matches no weight.
  """
  chosen = {}
  for pattern in patterns:
    matches = _matcher(pattern, argument)
    matched = [found for found in layer_weights if matches(found.path)]
    if not matched:
      raise ValueError(_no_match_message(pattern, layer_weights, argument))
    for found in matched:
      chosen.setdefault(id(found.weight), pattern)
  return chosen


def _matcher(pattern, argument):
  if callable(pattern):
    return pattern
  try:
    compiled = re.compile(pattern)
  except (TypeError, re.error) as e:
    raise ValueError(
      'A pattern in `{}` must be a regular expression or a function from '
      "a path to a bool. Received: pattern={!r} ({}). Write for example '.*/"
      "kernel'.".format(argument, pattern, e)
    ) from None
  return lambda path: compiled.fullmatch(path) is not None


def _no_match_message(pattern, layer_weights, argument):
  paths = [found.path for found in layer_weights]
  shown = ', '.join(paths[:_PATHS_IN_MESSAGE])
  if len(paths) > _PATHS_IN_MESSAGE:
    shown += ', and {} more'.format(len(paths) - _PATHS_IN_MESSAGE)
  return (
    'A pattern in `{}` matches no weight; it must match a whole path. '
    'Received: pattern={!r}. The paths are: {}.'.format(
      argument, pattern, shown or '(none: build the model first)'
    )
  )
