# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Keras 3's answers, on its TensorFlow backend."""

import contextlib
import importlib
import inspect
import json

from tensorflow_model_optimization.python.core.keras import _adapter
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['Keras3Adapter']


class Keras3Adapter(_adapter.KerasAdapter):
  """See KerasAdapter."""

  is_keras3 = True

  def problem(self):
    backend = self.keras.config.backend()
    if backend == 'tensorflow':
      return None
    return (
      'tensorflow_model_optimization needs the TensorFlow backend of Keras 3. '
      'Received: keras.config.backend()={!r}. Set KERAS_BACKEND=tensorflow '
      'before Keras is imported.'.format(backend)
    )

  def _is_functional(self, model):
    # `layers` and `inputs` of a graph; a subclass that also overrides `call`
    # has no graph behind it.
    functional = getattr(self.keras.models, 'Functional', None)
    if functional is None:
      functional = type(self.keras.Model(*(2 * [self.keras.Input(shape=(1,))])))
    return (
      isinstance(model, functional)
      and not self.is_sequential(model)
      and getattr(model, '_functional', model) is not None
    )

  def _module_roots(self):
    return ('keras',)

  def clone_model(self, model, clone_function):
    # Cloning would compile the clone like the original, optimizer state and
    # all; the callers promise an uncompiled model.
    was_compiled = model.compiled
    model.compiled = False
    try:
      clone = self.keras.models.clone_model(
        model,
        input_tensors=self._new_inputs(model),
        clone_function=clone_function,
      )
    finally:
      model.compiled = was_compiled
    if self._is_functional(model):
      clone.output_names = list(model.output_names)
    elif model.built and not clone.built:
      clone.build(model.input_shape)
    return clone

  def _new_inputs(self, model):
    # Cloning by itself names the inputs after their tensors; users feed dicts
    # by the names of their InputLayers.
    if not self._is_functional(model):
      return None

    def new_input(tensor):
      layer = tensor._keras_history.operation
      return self.keras.Input(
        batch_shape=tensor.shape,
        dtype=tensor.dtype,
        sparse=tensor.sparse,
        name=layer.name,
      )

    return self.keras.tree.map_structure(new_input, model.input)

  def direct_sublayers(self, layer):
    return list(layer._layers)

  def own_weights(self, layer):
    return list(layer._trainable_variables) + list(
      layer._non_trainable_variables
    )

  def attach_layer(self, owner, name, layer):
    # A built layer takes no further state; Keras itself unlocks it in this way
    # to add variables for LoRA and quantization.
    with _unlocked(owner):
      setattr(owner, name, layer)

  def detach_layer(self, owner, name):
    # Keras 3 goes on tracking a layer whose attribute is deleted, and collects
    # all garbage of the process when a variable is.
    owner._tracker.untrack(getattr(owner, name))
    object.__delattr__(owner, name)
    owner._delete_tracking(name)

  def build_for_call(self, layer, args, kwargs):
    wanted = [
      parameter.name
      for parameter in inspect.signature(layer.build).parameters.values()
      if parameter.kind == parameter.POSITIONAL_OR_KEYWORD
    ]
    if len(wanted) < 2:
      return
    call = inspect.signature(layer.call).bind_partial(*args, **kwargs)
    shapes = {
      name + '_shape': self.keras.tree.map_structure(_shape, value)
      for name, value in call.arguments.items()
      if name + '_shape' in wanted
    }
    layer.build(**shapes)

  def architecture(self, model):
    architecture = json.loads(model.to_json())
    architecture.pop('compile_config', None)
    return architecture

  def model_of_architecture(self, architecture, custom_objects, trusted):
    return self.keras.saving.deserialize_keras_object(
      architecture, custom_objects=custom_objects, safe_mode=not trusted
    )

  def _functional_edges(self, model):
    return [
      (parent.operation, node.operation)
      for nodes in model._nodes_by_depth.values()
      for node in nodes
      for parent in node.parent_nodes
    ]

  def operation_name(self, value):
    if self.is_layer(value):
      return None
    return type(value).__name__.lower()

  def optimizer_updates(self, model):
    optimizer = getattr(model, 'optimizer', None)
    if optimizer is None:
      return None
    # With accumulated gradients this is a tensor, else a variable, which may be
    # replicated; each converts to a tensor, not each to an int.
    iterations = optimizer.iterations
    value = getattr(iterations, '_value', iterations)
    return int(tf.convert_to_tensor(value))

  def training_of_call(self, layer, kwargs):
    training = kwargs.get('training')
    if training is None:
      context = self._global_state('current_call_ctx')
      training = getattr(context, 'training', None)
    return False if training is None else training

  def is_symbolic(self, value):
    return isinstance(value, self.keras.KerasTensor) or (
      self._global_state('stateless_scope') is not None
    )

  def _global_state(self, name):
    # Of the present thread.
    module = self.keras.__name__ + '.src.backend.common.global_state'
    return importlib.import_module(module).get_global_attribute(name)

  def function(self, python_function, *dtypes):
    return _adapter.eager_function(python_function, dtypes)

  def add_variable(
    self, layer, name, shape, dtype, initializer, trainable=False
  ):
    aggregation = {} if trainable else {'aggregation': 'only_first_replica'}
    with _unlocked(layer):
      return layer.add_weight(
        shape=shape,
        initializer=initializer,
        dtype=dtype,
        trainable=trainable,
        autocast=trainable,
        name=name,
        **aggregation,
      )

  def _own_attributes(self):
    return (
      '_layers',
      '_metrics',
      '_non_trainable_variables',
      '_tracker',
      '_trainable_variables',
    )

  def is_state(self, layer, variable):
    return not _is_among(variable, layer._trainable_variables)

  def untrack_variable(self, layer, variable):
    layer._untrack_variable(variable)
    for reference in list(layer._self_unconditional_checkpoint_dependencies):
      if reference.ref is variable:
        layer._delete_tracking(reference.name)

  def order_weights(self, layer, key):
    layer._trainable_variables.sort(key=key)
    layer._non_trainable_variables.sort(key=key)

  def dtype_in_call(self, layer, variable):
    dtype = self.storage_dtype(variable)
    if variable._autocast and tf.as_dtype(dtype).is_floating:
      return layer.compute_dtype
    return dtype

  def add_penalty(self, layer, variable, function):
    # What a layer adds in its call counts once for each call.
    variable.regularizer = _Penalty(variable.regularizer, function)

  def tf_variable(self, variable):
    # `value` is a cast copy inside a layer that computes in mixed precision.
    tf_variable = getattr(variable, '_value', None)
    return variable.value if tf_variable is None else tf_variable

  def set_value(self, variable, value):
    variable.assign(value)

  def storage_dtype(self, variable):
    # `dtype` is the one of the cast copy inside a mixed precision layer.
    return getattr(variable, '_dtype', variable.dtype)

  def variable_name(self, variable):
    return variable.path

  def constraint(self, variable):
    return variable.constraint

  def set_constraint(self, variable, constraint):
    variable.constraint = constraint

  @contextlib.contextmanager
  def custom_object_scope(self, objects):
    # A scope of Keras 3 hides those around it: within a scope of the user's,
    # inside this one, `objects` would be unknown. The registry is not hidden.
    registry = self.keras.saving.get_custom_objects()
    before = {name: registry[name] for name in objects if name in registry}
    registry.update(objects)
    try:
      yield
    finally:
      for name in objects:
        del registry[name]
      registry.update(before)

  def custom_object(self, name):
    return self.keras.saving.get_registered_object(name)

  def copy_input_shape(self, source, target):
    if hasattr(source, '_input_shape_arg'):
      target._input_shape_arg = source._input_shape_arg

  def wrapper_bases(self):
    return (_SymbolicCall, self.keras.layers.Wrapper)

  def prepare_wrapper(self, wrapper):
    wrapper.autocast = False
    # Arguments are checked one by one under the names that the layer gives
    # them; a `**kwargs` must not hold both tensors and other values.
    wrapper._call_signature = inspect.signature(wrapper.layer.call)


@contextlib.contextmanager
def _unlocked(layer):
  """Lets a built layer take further state, as Keras itself does for LoRA."""
  was_locked = layer._tracker.locked
  layer._tracker.unlock()
  try:
    yield
  finally:
    if was_locked:
      layer._tracker.lock()


def _is_among(value, values):
  return any(value is other for other in values)


class _Penalty(object):
  """A regularizer that adds a penalty to that of another."""

  def __init__(self, inner, function):
    self.inner = inner
    self.function = function

  def __call__(self, variable):
    penalty = self.function()
    return penalty if self.inner is None else self.inner(variable) + penalty


def _shape(tensor):
  return None if tensor is None else tuple(tensor.shape)


class _SymbolicCall(object):
  """Infers a wrapper's outputs by running its `call` on symbolic inputs.

  Keras 3 would otherwise trust `compute_output_shape` and give every output the
  wrapper's compute dtype, which is wrong for a wrapped layer with a dtype policy
  of its own.
  """

  def compute_output_spec(self, *args, **kwargs):
    """See keras.Operation.compute_output_spec."""
    layer_class = next(
      cls for cls in type(self).__mro__ if cls.__name__ == 'Operation'
    )
    return layer_class.compute_output_spec(self, *args, **kwargs)
