# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which algorithm each weight of a model is compressed with."""

import collections

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.keras import weight_patterns

__all__ = [
  'Choice',
  'checked_adapter',
  'choice_of_stages',
  'choose',
  'named_weights',
]


class Choice(
  collections.namedtuple('Choice', 'found spec stages is_state reason')
):
  """What is done with one weight.

  Attributes:
    found: its `LayerWeight`.
    spec: its `TensorSpec`.
    stages: tuple of compressors; None if it stays as it is.
    is_state: whether its layer writes it, as a moving average.
    reason: why it stays as it is; '' if it does not.
  """

  __slots__ = ()


def checked_adapter(model, remedy):
  """The Keras of a model that has its weights.

  Raises:
    ValueError: `model` is none.
  """
  adapter = compat.adapter_of(model)
  if adapter is None or not adapter.is_model(model):
    raise ValueError(
      '`model` must be a Keras model. Received: model={}. {}'.format(
        compat.describe_object(model), remedy
      )
    )
  compat.check_is_built(model)
  if not adapter.is_fully_built(model):
    raise ValueError(
      '`model` must have all its weights. Received: model={!r}, in which a '
      'layer is not built. Call it on a batch first.'.format(model.name)
    )
  return adapter


def named_weights(adapter, model):
  """The weights of a model, each with a path of its own."""
  used, named = set(), []
  for found in model_walk.weights_by_path(adapter, model):
    path, i = found.path, 0
    while path in used:
      i += 1
      path = '{}_{}'.format(found.path, i)
    used.add(path)
    named.append(found._replace(path=path))
  return named


def choose(adapter, model, algorithm):
  """Chooses for each weight of a model.

  Args:
    adapter: the Keras of `model`.
    model: a built model.
    algorithm: a compressor, a list of them, or {pattern: one of these or None}.

  Returns:
    List of `Choice`, one per weight.

  Raises:
    ValueError: `algorithm` is none of these, a pattern matches no weight, or
      nothing would be compressed.
  """
  weights = named_weights(adapter, model)
  if isinstance(algorithm, dict):
    by_pattern = {
      pattern: None if chosen is None else compressed_weight.as_stages(chosen)
      for pattern, chosen in algorithm.items()
    }
    matched = weight_patterns.patterns_by_weight(
      weights, algorithm, 'algorithm'
    )

    def decide(choice):
      if id(choice.found.weight) not in matched:
        return choice._replace(reason='matches no pattern')
      stages = by_pattern[matched[id(choice.found.weight)]]
      if stages is None:
        return choice._replace(reason='is left out by its pattern')
      return choice._replace(stages=stages)

  else:
    stages = compressed_weight.as_stages(algorithm)
    is_lossless = all(stage.is_lossless for stage in stages)

    def decide(choice):
      reason = '' if is_lossless else _reason_by_default(choice)
      return choice._replace(stages=None if reason else stages, reason=reason)

  choices = [_applied(decide(_undecided(adapter, found))) for found in weights]
  if not any(choice.stages for choice in choices):
    raise ValueError(
      '`algorithm` finds nothing to compress in `model`. Received: '
      'algorithm={!r}, model={!r}. Its weights: {}.'.format(
        algorithm,
        model.name,
        '; '.join(
          '{} {}'.format(choice.found.path, choice.reason) for choice in choices
        )
        or 'none',
      )
    )
  return choices


def choice_of_stages(adapter, found, stages, reason):
  """The `Choice` for a weight of which it is known."""
  return _undecided(adapter, found)._replace(stages=stages, reason=reason)


def _undecided(adapter, found):
  spec = tensor_spec.TensorSpec(
    found.shape,
    adapter.storage_dtype(found.weight),
    holds_values=True,
  )
  is_state = adapter.is_state(found.layer, found.weight)
  return Choice(found, spec, None, is_state, '')


def _reason_by_default(choice):
  """Why no algorithm with a loss takes a weight unless a pattern names it."""
  if not choice.spec.is_floating:
    return 'is of dtype {}, not a float'.format(choice.spec.dtype)
  if choice.is_state:
    return 'is written by its layer'
  if choice.spec.rank < 2:
    return 'has rank {}; name it in a pattern to compress it'.format(
      choice.spec.rank
    )
  return ''


def _applied(choice):
  """The choice, or why the first stage of it does not apply."""
  if choice.stages is None:
    return choice
  reason = choice.stages[0].reason_against(choice.spec)
  if reason:
    return choice._replace(stages=None, reason=reason)
  return choice
