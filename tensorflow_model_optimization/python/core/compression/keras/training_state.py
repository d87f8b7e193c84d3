# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a model in preparation for compression keeps of its weights."""

from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import training_form
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  weight_values,
)
from tensorflow_model_optimization.python.core.keras import weight_substitution
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['NOT_STARTED', 'PreparedWeight', 'TrainingState', 'state_of']

# The value of the step variable before training has begun.
NOT_STARTED = -1

_ATTRIBUTE = '_compression_training'
_STEP = 'compression_step'


def state_of(layer):
  """The `TrainingState` of a model; None if it is not in preparation."""
  return vars(layer).get(_ATTRIBUTE)


class PreparedWeight(object):
  """A weight, and what is trained so that it can be compressed.

  Args:
    adapter: its Keras.
    choice: its `Choice`, with stages.
    value: its numpy value.

  Attributes:
    path: its path.
    spec: its `TensorSpec`.
    form: its `TrainingForm`.
    needs_updates: whether its algorithm changes variables between steps.
    variables: {name: Keras variable} beside the model's own.
    weight: the model's own variable; None if others are trained in its place.

  Raises:
    ValueError: the algorithm cannot train it, or does not make what it declares.
  """

  def __init__(self, adapter, choice, value):
    self._adapter = adapter
    self.path = choice.found.path
    self.spec = choice.spec
    self.form = training_form.TrainingForm(choice.stages, choice.spec)
    self.needs_updates = any(
      type(stage).update_is_due
      is not weight_compressor.WeightCompressor.update_is_due
      for stage in self.form.stages
    )
    self.variables = {}
    self.weight = choice.found.weight
    self._initial_values = self.form.initial_values(value)
    self._check_projection(dict(self._initial_values, weight=value))

  def _check_projection(self, values):
    if not self.form.trains_weight:
      del values['weight']
    tensors = {name: tf.constant(value) for name, value in values.items()}
    for training in (False, True):
      projected = self.form.project(tensors, training)
      problem = self.spec.problem_with(projected.numpy())
      if problem:
        raise ValueError(
          'project() must give a weight of the same shape and dtype. Received: '
          'algorithm={!r}, whose projection {}.'.format(
            list(self.form.stages), problem
          )
        )

  def attach(self, layer):
    """Adds the variables to the layer that holds the weight."""
    for name, spec in self.form.variables.items():
      value = self._initial_values[name]
      attribute = self._attribute(name)
      variable = self._adapter.add_variable(
        layer,
        attribute,
        spec.shape,
        spec.dtype,
        lambda shape, dtype=None, value=value, **kwargs: tf.constant(value),
        trainable=spec.trainable,
      )
      # TensorFlow's checkpoints of a Keras 3 layer hold its attributes only.
      self._adapter.attach_layer(layer, attribute, variable)
      self.variables[name] = variable
    self._initial_values = None

  def _attribute(self, name):
    return '{}_{}'.format(self.path.split('/')[-1], name.replace('.', '_'))

  def all_variables(self):
    """{name: Keras variable}, with 'weight' if that is trained."""
    variables = dict(self.variables)
    if self.form.trains_weight:
      variables['weight'] = self.weight
    return variables

  def tensors(self):
    """{name: tensor} of the present values."""
    return {
      name: tf.convert_to_tensor(self._adapter.tf_variable(variable))
      for name, variable in self.all_variables().items()
    }

  def trained_variable(self):
    """One of the variables that the optimizer trains; None if there is none."""
    if self.form.trains_weight:
      return self.weight
    for name, spec in self.form.variables.items():
      if spec.trainable:
        return self.variables[name]
    return None

  def penalty(self):
    """The scalar that is added to the loss."""
    return self.form.penalty(self.tensors())

  def has_penalty(self):
    """Whether there is one; asked before training."""
    return self.form.penalty(self.tensors()) is not None

  def update(self, step):
    """Makes the update that is due after `step` optimizer updates."""
    variables = self.all_variables()
    for name, value in self.form.update(self.tensors(), step).items():
      self._adapter.tf_variable(variables[name]).assign(value)

  def compress(self):
    """The `CompressedWeight` of the trained weight."""
    return self.form.compress(self._values())

  def _values(self):
    return {
      name: weight_values.value_of(self._adapter, variable)
      for name, variable in self.all_variables().items()
    }


class TrainingState(object):
  """The weights of a model in preparation.

  Args:
    adapter: the Keras of `model`.
    model: a built model.
    name: name of the model that was prepared.
    architecture: `Architecture` of that model.
    choices: list of `Choice`, one per weight of `model`.
    prepared: {path: `PreparedWeight`}.

  Attributes:
    name: see above.
    architecture: see above.
    prepared: list of `PreparedWeight`.
    needs_updates: whether training needs the `CompressionCallback`.
    step: int64 variable, the optimizer updates so far; None if nobody needs it.
    is_driven: whether the callback has begun.
  """

  def __init__(self, adapter, model, name, architecture, choices, prepared):
    self._adapter = adapter
    self._model = model
    self.name = name
    self.architecture = architecture
    self.prepared = list(prepared.values())
    self.needs_updates = any(w.needs_updates for w in self.prepared)
    self.step = None
    self.is_driven = False
    self.has_refused = False
    self._choices = choices
    self._by_path = prepared
    self._computed = {
      path: weight_substitution.ComputedWeight(
        adapter,
        choice.found,
        lambda training, weight=prepared[path]: self._project(weight, training),
      )
      for path, choice in ((c.found.path, c) for c in choices)
      if path in prepared
    }
    self._substitution = None

  def attach(self):
    """Makes the model compute with the projected weights."""
    self._substitution = weight_substitution.WeightSubstitution(
      self._adapter,
      self._model,
      self._computed.values(),
      self._adapter.methods_that_save_all_weights,
    )
    for path, weight in self._by_path.items():
      computed = self._computed[path]
      weight.attach(computed.layer)
      if not weight.form.trains_weight:
        weight.weight = None
        self._substitution.release(computed)
      variable = weight.trained_variable()
      if variable is not None and weight.has_penalty():
        self._adapter.add_penalty(computed.layer, variable, weight.penalty)
    # Released weights are not to be kept alive.
    self._choices = [
      choice._replace(
        found=choice.found._replace(
          weight=None
          if choice.found.path in self._by_path
          else choice.found.weight
        )
      )
      for choice in self._choices
    ]
    if self.needs_updates:
      layer = next(
        self._computed[path].layer
        for path, weight in self._by_path.items()
        if weight.needs_updates
      )
      self.step = self._adapter.add_variable(
        layer,
        _STEP,
        (),
        'int64',
        self._adapter.keras.initializers.Constant(NOT_STARTED),
      )
      self._adapter.attach_layer(layer, _STEP, self.step)
    object.__setattr__(self._model, _ATTRIBUTE, self)

  def weights(self):
    """List of (path, spec, reason, PreparedWeight or None, weight or None)."""
    return [
      (
        choice.found.path,
        choice.spec,
        choice.reason,
        self._by_path.get(choice.found.path),
        choice.found.weight,
      )
      for choice in self._choices
    ]

  def config(self):
    """What `PreparedModel.from_config` takes."""
    return {
      'name': self.name,
      'architecture': self.architecture.config,
      'weights': [
        {
          'path': choice.found.path,
          'stages': choice.stages
          and [registry.config_of_compressor(s) for s in choice.stages],
          'reason': choice.reason,
        }
        for choice in self._choices
      ],
    }

  def start(self):
    """Tells that something makes the updates from now on.

    Returns:
      Whether training was refused before, so that its step must be made anew.
    """
    had_refused, self.has_refused = self.has_refused, False
    self.is_driven = True
    return had_refused

  def _project(self, weight, training):
    is_training = training is not False and training is not None
    if weight.needs_updates and not self.is_driven and is_training:
      if training is True and not self._adapter.is_exporting():
        self.has_refused = True
        raise ValueError(
          'The model {!r} is in preparation for compression, and nothing updates '
          '{!r} in this training, which {!r} needs. Add '
          'tfmot.compression.keras.CompressionCallback() to the `callbacks` of '
          '`fit`; in a loop of your own call its `set_model(model)` and '
          '`on_train_begin()` first and its `on_train_batch_end(batch)` after '
          'each batch. Compile the model again before you go on.'.format(
            self.name, weight.path, list(weight.form.stages)
          )
        )
    return weight.form.project(weight.tensors(), training)
