# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""How a weight is trained by the stages that will compress it."""

import collections

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import tensor_spec

__all__ = ['TrainingForm']

_WEIGHT = 'weight'


class TrainingForm(object):
  """The variables of a weight in training, and what is made of them.

  Each stage projects the weight that the stage before projected. A variable is
  called by its stage and its name, '1.codebook'; the first stage's 'weight' is
  the model's own variable and called 'weight'.

  Args:
    algorithm: a `WeightCompressor` or a list of them.
    spec: `TensorSpec` of the weight.

  Attributes:
    stages: tuple of compressors.
    spec: the `TensorSpec`.
    variables: ordered {name: VariableSpec}, without the model's own variable.
    trains_weight: whether the model's own variable is trained too.

  Raises:
    ValueError: a stage that trains without 'weight' is not the first, or is
      followed by one with variables of its own.
  """

  def __init__(self, algorithm, spec):
    self.stages = compressed_weight.as_stages(algorithm)
    self.spec = spec
    self._names = []
    self.variables = collections.OrderedDict()
    for i, stage in enumerate(self.stages):
      declared = self._declared(stage)
      if i == 0:
        self.trains_weight = _WEIGHT in declared
      elif _WEIGHT not in declared:
        raise ValueError(
          '`algorithm` has a stage that trains other variables in place of the '
          'weight, and this can only be the first. Received: algorithm={!r}, '
          'where it is {!r}. Put that stage first.'.format(algorithm, stage)
        )
      elif len(declared) > 1 and not self.trains_weight:
        # It would be trained on the product, and then compress the factors.
        raise ValueError(
          '`algorithm` has a stage with variables of its own after one that '
          'trains others in place of the weight. Received: algorithm={!r}, '
          'where it is {!r}. Train with one of them and compress the result '
          'with the other.'.format(algorithm, stage)
        )
      names = {}
      for name, variable in declared.items():
        if name != _WEIGHT:
          names[name] = '{}.{}'.format(i, name)
          self.variables[names[name]] = variable
      self._names.append(names)

  def _declared(self, stage):
    # A stage that only codes what the others made has no part in training.
    if stage.reason_against(self.spec):
      return {_WEIGHT: None}
    return stage.training_variables(self.spec)

  def initial_values(self, weight):
    """What the variables start with, {name: numpy array}.

    Args:
      weight: numpy array, the weight as it is before.

    Raises:
      ValueError: a stage's initial value has another shape or dtype than it
        declares.
    """
    values = {}
    for stage, names in zip(self.stages, self._names):
      for name, full_name in names.items():
        declared = self.variables[full_name]
        value = np.asarray(declared.initial(weight))
        problem = tensor_spec.TensorSpec(
          declared.shape, declared.dtype
        ).problem_with(value)
        if problem:
          raise ValueError(
            '{!r}.training_variables() must declare what it starts with: {!r} '
            '{}.'.format(stage, name, problem)
          )
        values[full_name] = value
      weight = self._evaluate_projection(stage, names, values, weight)
    return values

  def project(self, variables, training):
    """The weight that the forward pass uses.

    Args:
      variables: {name: tensor}, with 'weight' if it `trains_weight`.
      training: bool or scalar bool tensor.
    """
    return [w for _, _, w in self._each_stage(variables, training)][-1]

  def penalty(self, variables):
    """A scalar to be added to the loss; None if no stage has one."""
    penalties = []
    for stage, of_stage, _ in self._each_stage(variables, True):
      if not stage.reason_against(self.spec):
        penalty = stage.penalty(of_stage, self.spec)
        if penalty is not None:
          penalties.append(penalty)
    return sum(penalties[1:], penalties[0]) if penalties else None

  def update_is_due(self, step):
    """Whether a stage has an update to make after `step` optimizer updates."""
    return any(
      stage.update_is_due(step)
      for stage in self.stages
      if not stage.reason_against(self.spec)
    )

  def update(self, variables, step):
    """New values {name: tensor} of variables after `step` updates.

    A later stage sees what the stages before it have just updated.
    """
    variables = dict(variables)
    new_values = {}
    weight = variables.get(_WEIGHT)
    for i, (stage, names) in enumerate(zip(self.stages, self._names)):
      if not stage.reason_against(self.spec):
        of_stage = self._of_stage(names, variables, weight)
        if stage.update_is_due(step):
          changed = stage.update(of_stage, self.spec, step)
          of_stage.update(changed)
          for name, value in changed.items():
            full_name = _WEIGHT if name == _WEIGHT else names[name]
            # Only the model's own variable can keep a new weight.
            if name != _WEIGHT or i == 0:
              new_values[full_name] = variables[full_name] = value
        weight = stage.project(of_stage, self.spec, False)
    return new_values

  def compress(self, variables):
    """Compresses the trained weight.

    Args:
      variables: {name: numpy array}, with 'weight' if it `trains_weight`.

    Returns:
      A `CompressedWeight`.
    """
    trained = []
    weight = variables.get(_WEIGHT)
    for stage, names in zip(self.stages, self._names):
      of_stage = self._of_stage(names, variables, weight)
      trained.append(of_stage if names else None)
      weight = self._evaluate_projection(stage, names, variables, weight)
    return compressed_weight.compress_weight(self.stages, weight, trained)

  def _each_stage(self, variables, training):
    """Yields (stage, its variables, the weight that it projects)."""
    weight = variables.get(_WEIGHT)
    for stage, names in zip(self.stages, self._names):
      of_stage = self._of_stage(names, variables, weight)
      if not stage.reason_against(self.spec):
        weight = stage.project(of_stage, self.spec, training)
      yield stage, of_stage, weight

  def _of_stage(self, names, variables, weight):
    of_stage = {name: variables[full] for name, full in names.items()}
    if weight is not None:
      of_stage[_WEIGHT] = weight
    return of_stage

  def _evaluate_projection(self, stage, names, variables, weight):
    """The weight that a stage projects at inference, as a numpy array."""
    if stage.reason_against(self.spec):
      return weight
    of_stage = self._of_stage(names, variables, weight)
    keys = sorted(of_stage)
    return tf_compat.evaluate(
      lambda *values: stage.project(dict(zip(keys, values)), self.spec, False),
      [of_stage[key] for key in keys],
    )
