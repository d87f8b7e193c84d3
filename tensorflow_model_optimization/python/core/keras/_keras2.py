# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Keras 2's answers: `tf.keras` before TensorFlow 2.16, and `tf_keras`."""

import contextlib
import functools
import inspect
import json
import sys

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import _adapter
from tensorflow_model_optimization.python.core.keras import checkpoint_tracking
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['Keras2Adapter']

# Names of TensorFlow's kernels -> names of its functions.
_KERNEL_NAMES = {'addv2': 'add', 'mul': 'multiply', 'sub': 'subtract'}


# Where Keras traces calls while it exports: today, and in 1.15.
_EXPORTING_MODULES = ('saved_model.save_impl', 'saving.saved_model.save')


class Keras2Adapter(_adapter.KerasAdapter):
  """See KerasAdapter."""

  is_keras3 = False

  def _is_functional(self, model):
    return (
      self.is_model(model)
      and not self.is_sequential(model)
      and bool(getattr(model, '_is_graph_network', False))
    )

  def _module_roots(self):
    # `tf.keras` defines its classes in the package `keras`, older releases in
    # tensorflow.python.keras; the class knows.
    module = self.keras.layers.Layer.__module__
    if module.startswith('tensorflow.'):
      return ('tensorflow.python.keras',)
    return (module.split('.')[0],)

  def clone_model(self, model, clone_function):
    clone = self.keras.models.clone_model(model, clone_function=clone_function)
    if self._is_functional(model):
      if type(clone).__init__ is type(model).__init__:
        # Older releases forget a subclass that only adds methods.
        if type(clone) is not type(model):
          clone = type(model)(clone.input, clone.output, name=model.name)
      clone.output_names = list(model.output_names)
    elif model.built and not clone.built:
      # Older releases forget the shape of the data that built a model.
      if model._build_input_shape is not None:
        clone.build(model._build_input_shape)
    if clone.optimizer is not None:
      clone.optimizer = None
      clone._is_compiled = False
    return clone

  def direct_sublayers(self, layer):
    if hasattr(layer, '_flatten_layers'):
      return list(layer._flatten_layers(recursive=False, include_self=False))
    found = []
    for tracked in getattr(layer, '_layers', None) or []:
      found.extend(self._outermost_layers(tracked))
    return found

  def _outermost_layers(self, tracked):
    # Before TensorFlow 2.2 lists and dicts of layers are tracked as wrappers.
    if self.is_layer(tracked):
      return [tracked]
    return [
      layer
      for inner in getattr(tracked, '_layers', None) or []
      for layer in self._outermost_layers(inner)
    ]

  def own_weights(self, layer):
    return list(layer._trainable_weights) + list(layer._non_trainable_weights)

  def detach_layer(self, owner, name):
    super().detach_layer(owner, name)
    # TensorFlow's checkpoints go on with it.
    checkpoint_tracking.forget(owner, name)

  def is_fully_built(self, layer):
    # MultiHeadAttention makes its parts in its first call.
    return super().is_fully_built(layer) and all(
      getattr(sublayer, '_built_from_signature', True)
      for sublayer in self.all_sublayers(layer)
    )

  def build_for_call(self, layer, args, kwargs):
    # Such layers build themselves in their call.
    del layer, args, kwargs

  def architecture(self, model):
    architecture = json.loads(model.to_json())
    if self.is_sequential(model) and model.inputs:
      # Older releases forget an InputLayer.
      architecture['config'].setdefault('build_input_shape', model.input_shape)
    return json.loads(json.dumps(architecture))

  def model_of_architecture(self, architecture, custom_objects, trusted):
    with self._safe_mode(not trusted):
      return self.keras.models.model_from_json(
        json.dumps(architecture), custom_objects=custom_objects
      )

  def _safe_mode(self, enabled):
    # Since TensorFlow 2.13; before it there is no such mode.
    root = self.keras.layers.Layer.__module__.rpartition('.engine')[0]
    module = sys.modules.get(root + '.saving.serialization_lib')
    scope = getattr(module, 'SafeModeScope', contextlib.nullcontext)
    return scope(enabled)

  def _functional_edges(self, model):
    return [
      (producer, node.outbound_layer)
      for nodes in model._nodes_by_depth.values()
      for node in nodes
      for producer in tf.nest.flatten(node.inbound_layers)
    ]

  def operation_name(self, value):
    names = self.builtin_class_names(value)
    if 'TFOpLambda' in names:
      return value.symbol.split('.')[-1].strip('_').lower()
    if 'TensorFlowOpLayer' in names:
      # Before TensorFlow 2.4, by the names of TensorFlow's kernels.
      name = value.node_def.op.lower()
      return _KERNEL_NAMES.get(name, name)
    return None

  def optimizer_updates(self, model):
    optimizer = getattr(model, 'optimizer', None)
    if optimizer is None:
      return None
    return int(self.keras.backend.get_value(optimizer.iterations))

  def rebuild_train_function(self, model):
    if hasattr(model, 'make_train_function'):
      super().rebuild_train_function(model)
      return
    # Models of TensorFlow 1 graphs, and all models before TensorFlow 2.2, make
    # a step when they find none.
    model.train_function = None
    if not tf_compat.in_v1_graph():
      getattr(model, '_distributed_function_cache', {}).clear()
      # A `fit` that has begun holds on to its step. That can be traced again
      # after an error unless the new trace makes variables.
      optimizer = getattr(model, 'optimizer', None)
      if hasattr(optimizer, '_create_slots'):
        with tf.name_scope(optimizer._name):
          optimizer._create_hypers()
          optimizer._create_slots(model.trainable_weights)
        _ = optimizer.iterations  # Makes the variable.

  def function(self, python_function, *dtypes):
    if not tf_compat.in_v1_graph():
      return _adapter.eager_function(python_function, dtypes)
    return _adapter.GraphFunction(
      python_function, dtypes, self._v1_backend().get_session
    )

  def is_exporting(self):
    # Keras traces every call for training as well as for inference when it
    # saves. Only the stack tells in every release.
    frame = sys._getframe()
    while frame is not None:
      if frame.f_globals.get('__name__', '').endswith(_EXPORTING_MODULES):
        return True
      frame = frame.f_back
    return False

  def makes_step_before_callbacks(self):
    # Keras of TensorFlow 1.14 builds a graph, eagerly as well.
    return tf_compat.in_v1_graph() or tf_compat.tf_version() < (1, 15)

  def resolve_training(self, training):
    if training is None and tf_compat.in_v1_graph():
      return self.keras.backend.learning_phase()
    return training

  def training_of_call(self, layer, kwargs):
    training = kwargs.get('training')
    if training is None:
      module = sys.modules[self.keras.layers.Layer.__module__]
      training = module.base_layer_utils.call_context().training
    return False if training is None else training

  def is_symbolic(self, value):
    # Before TensorFlow 2.4 they are tensors, of a graph that Keras keeps.
    return 'KerasTensor' in type(value).__name__ or (
      hasattr(value, '_keras_history')
    )

  def substitution_problem(self):
    # Before TensorFlow 2.2, which has `train_step`, `fit` and `predict` run a graph
    # of the model's symbolic layers, eagerly too.
    if not hasattr(self.keras.Model, 'train_step') or tf_compat.in_v1_graph():
      return (
        'it builds the graph of a model once, from the weights that it has '
        'then: graph mode, and TensorFlow before 2.2'
      )
    return None

  def _v1_backend(self):
    # Sessions moved there from `keras.backend` with TensorFlow 2.
    if hasattr(self.keras.backend, 'get_session'):
      return self.keras.backend
    return tf.compat.v1.keras.backend

  def add_variable(
    self, layer, name, shape, dtype, initializer, trainable=False
  ):
    aggregation = tf.VariableAggregation.ONLY_FIRST_REPLICA
    if trainable:
      aggregation = tf.VariableAggregation.NONE
    return layer.add_weight(
      name=name,
      shape=shape,
      dtype=dtype,
      initializer=self.keras.initializers.get(initializer),
      trainable=trainable,
      aggregation=aggregation,
    )

  def _own_attributes(self):
    return (
      '_callable_losses',
      '_layers',
      '_non_trainable_weights',
      '_obj_reference_counts_dict',
      '_trainable_weights',
      '_unconditional_checkpoint_dependencies',
      '_unconditional_dependency_names',
    )

  def is_state(self, layer, variable):
    return not any(variable is other for other in layer._trainable_weights)

  def untrack_variable(self, layer, variable):
    for weights in (layer._trainable_weights, layer._non_trainable_weights):
      weights[:] = [weight for weight in weights if weight is not variable]
    layer._callable_losses[:] = [
      loss for loss in layer._callable_losses if not _mentions(loss, variable)
    ]
    tf_variable = self.tf_variable(variable)
    for reference in checkpoint_tracking.dependencies(layer):
      if reference.ref is variable or reference.ref is tf_variable:
        checkpoint_tracking.forget(layer, reference.name)

  def order_weights(self, layer, key):
    layer._trainable_weights.sort(key=key)
    layer._non_trainable_weights.sort(key=key)

  def dtype_in_call(self, layer, variable):
    if self.tf_variable(variable) is variable:
      return self.storage_dtype(variable)
    return layer._compute_dtype

  def add_penalty(self, layer, variable, function):
    layer.add_loss(function)

  def tf_variable(self, variable):
    # Under a mixed precision policy Keras 2 hands out a casting proxy.
    return getattr(variable, '_variable', variable)

  def set_value(self, variable, value):
    self.keras.backend.set_value(variable, value)

  def storage_dtype(self, variable):
    return self.tf_variable(variable).dtype.base_dtype.name

  def variable_name(self, variable):
    return variable.name.split(':')[0]

  def constraint(self, variable):
    return self._replicas(variable)[0].constraint

  def set_constraint(self, variable, constraint):
    # There is no setter; optimizers read this attribute through `constraint`, of
    # each replica's variable where there are several.
    for replica in self._replicas(variable):
      replica._constraint = constraint
    # Optimizers before TensorFlow 2.11 refuse a constraint where the gradient
    # holds some rows only. Who gathers rows has the variable itself read them.
    # (Of a variable of another class they take all of it first.)
    tf_variable = self.tf_variable(variable)
    replacements = {'sparse_read': _read_rows}
    if not _is_plain(tf_variable):
      replacements['_dense_var_to_tensor'] = _read_all
    for name, function in replacements.items():
      if constraint is not None:
        setattr(tf_variable, name, functools.partial(function, tf_variable))
      else:
        vars(tf_variable).pop(name, None)

  def _replicas(self, variable):
    """The variables behind a weight: under a distribution strategy several."""
    tf_variable = self.tf_variable(variable)
    # A variable on a parameter server is inside another one.
    tf_variable = vars(tf_variable).get('_v', tf_variable)
    return tuple(getattr(tf_variable, 'values', None) or (tf_variable,))

  def custom_object_scope(self, objects):
    return self.keras.utils.CustomObjectScope(objects)

  def custom_object(self, name):
    scoped = self.keras.utils.get_custom_objects().get(name)
    if scoped is not None:
      return scoped
    # Scopes are thread-local in newer releases and not among the global ones.
    # The registry came with TensorFlow 2.1.
    find = getattr(self.keras.utils, 'get_registered_object', None)
    return find(name) if find is not None else None

  def copy_input_shape(self, source, target):
    if hasattr(source, '_batch_input_shape'):
      target._batch_input_shape = source._batch_input_shape

  def wrapper_bases(self):
    return (self.keras.layers.Wrapper,)

  def prepare_wrapper(self, wrapper):
    wrapper._autocast = False
    # TensorFlow 1.14 overlooks a keyword-only `training`.
    if not wrapper._expects_training_arg:
      wrapper._expects_training_arg = True
      wrapper.call = _with_named_arguments(wrapper.call)

  def _flatten(self, layer):
    if hasattr(layer, '_flatten_layers'):
      return layer._flatten_layers()
    return self._flatten_by_hand(layer)

  def _flatten_by_hand(self, layer):
    # Before TensorFlow 2.2 there is only the list of tracked sublayers, which
    # also holds wrapped lists and dicts of layers.
    found = []
    if self.is_layer(layer):
      found.append(layer)
    for tracked in getattr(layer, '_layers', None) or []:
      found.extend(self._flatten_by_hand(tracked))
    return found


def _is_plain(variable):
  """Whether embeddings ask the variable itself for its rows, in every release.

  They do not ask a replicated variable, nor, up to TensorFlow 2.3 at least, one that
  was made inside a `tf.function`, as when `predict` builds a model.
  """
  # TensorFlow exports that class under no public name.
  return any(
    base.__name__ == 'ResourceVariable' for base in type(variable).__mro__
  )


def _mentions(function, value):
  """Whether a function that Keras made has `value` bound somewhere in it."""
  if function is value:
    return True
  bound = getattr(function, 'args', ())
  return any(_mentions(inner, value) for inner in bound)


def _read_rows(variable, indices, name=None):
  """Rows of a variable, as `tf.Variable.sparse_read` reads them."""
  # The gradient of a reshape is dense, whatever comes back to it. Forward it
  # copies nothing.
  return tf.gather(tf.reshape(variable, variable.shape), indices, name=name)


def _read_all(variable, *args, **kwargs):
  """A variable as a tensor whose gradient is dense."""
  value = type(variable)._dense_var_to_tensor(variable, *args, **kwargs)
  return value if value is NotImplemented else tf.reshape(value, value.shape)


def _with_named_arguments(call):
  """`call` of a layer, with arguments that models of TensorFlow 1.14 see."""

  def call_by_name(*args, **kwargs):
    return call(*args, **kwargs)

  call_by_name.__signature__ = inspect.Signature(
    [
      inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
      for name in ('inputs', 'training', 'mask')
    ]
  )
  return call_by_name
