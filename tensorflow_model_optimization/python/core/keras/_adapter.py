# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The questions that Keras 2 and Keras 3 answer differently.

One adapter object answers them for one Keras module in the process. A feature
never asks for a version: if an answer is missing, add a question here, answer
it in both files, and test it in adapter_contract_test.py or, by its concept, in
adapter_models_test.py or adapter_variables_test.py. The questions about weights
are in _weight_questions.py.
"""

import abc

from tensorflow_model_optimization.python.core.keras import _weight_questions
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['GraphFunction', 'KerasAdapter', 'eager_function']


class KerasAdapter(_weight_questions.WeightQuestions):
  """One Keras in this process.

  Attributes:
    keras: the module, e.g. `keras`, `tf_keras` or `tf.keras`.
    is_keras3: whether it is Keras 3; for words in messages, not for branches.
  """

  is_keras3 = None

  def __init__(self, keras):
    self.keras = keras

  @property
  def description(self):
    """For messages, e.g. 'Keras 3.15.1 (module keras)'."""
    return 'Keras {} (module {})'.format(
      getattr(self.keras, '__version__', '2'), self.keras.__name__
    )

  def problem(self):
    """Why this Keras cannot train with TensorFlow; None if it can."""
    return None

  # --- what an object is -----------------------------------------------------

  def is_layer(self, value):
    """Whether `value` is a layer (or model) of this Keras."""
    return isinstance(value, self.keras.layers.Layer)

  def is_model(self, value):
    """Whether `value` is a model of this Keras."""
    return isinstance(value, self.keras.Model)

  def is_input_layer(self, value):
    """Whether `value` is an InputLayer of this Keras."""
    return isinstance(value, self.keras.layers.InputLayer)

  def is_sequential(self, value):
    """Whether `value` is a Sequential model of this Keras."""
    return isinstance(value, self.keras.Sequential)

  def has_layer_graph(self, model):
    """Whether `model` is Sequential or functional, so that it can be cloned."""
    return self.is_sequential(model) or self._is_functional(model)

  @abc.abstractmethod
  def _is_functional(self, model):
    """Whether `model` is functional (and not Sequential)."""

  def builtin_class_names(self, layer):
    """Names of the classes of this Keras that `layer` is an instance of.

    Most derived first. A user's class that only has the name of a built-in one
    is not among them.
    """
    return [
      cls.__name__ for cls in type(layer).__mro__ if self._is_built_in(cls)
    ]

  def _is_built_in(self, cls):
    return any(
      cls.__module__ == root or cls.__module__.startswith(root + '.')
      for root in self._module_roots()
    )

  @abc.abstractmethod
  def _module_roots(self):
    """The packages in which the classes of this Keras are defined."""

  # --- layers and models -----------------------------------------------------

  def all_sublayers(self, layer):
    """`layer` and every layer below it, at any depth, each once."""
    seen, result = set(), []
    for sublayer in self._flatten(layer):
      if id(sublayer) not in seen:
        seen.add(id(sublayer))
        result.append(sublayer)
    return result

  def _flatten(self, layer):
    return layer._flatten_layers()

  @abc.abstractmethod
  def direct_sublayers(self, layer):
    """The layers that `layer` holds itself, in the order it got them."""

  @abc.abstractmethod
  def own_weights(self, layer):
    """The weights that `layer` holds itself, without those of its sublayers."""

  def attach_layer(self, owner, name, layer):
    """Makes a built layer an attribute of `owner`, saved and tracked with it.

    Args:
      owner: a layer or model that may be built already.
      name: the attribute's name.
      layer: the layer, a variable, or lists, tuples and dicts of them.
    """
    setattr(owner, name, layer)

  def detach_layer(self, owner, name):
    """Takes back what `attach_layer` did."""
    delattr(owner, name)

  def is_fully_built(self, layer):
    """Whether `layer` and every layer below it have their weights.

    Some layers, e.g. MultiHeadAttention, call themselves built before that.
    """
    return all(sublayer.built for sublayer in self.all_sublayers(layer))

  @abc.abstractmethod
  def build_for_call(self, layer, args, kwargs):
    """Builds a layer whose `build` must see more inputs than the first.

    A layer that can be built from its first input, or that builds itself in its
    first call, is left to that.

    Args:
      layer: a layer that is not built.
      args: the arguments that it will be called with.
      kwargs: the keyword arguments.
    """

  @abc.abstractmethod
  def clone_model(self, model, clone_function):
    """A new uncompiled model with `clone_function(layer)` for each layer.

    `clone_function` may return the layer itself, which is then shared. The
    output names of `model` are kept.
    """

  @abc.abstractmethod
  def optimizer_updates(self, model):
    """Number of updates that `model.optimizer` has made; None without one."""

  def rebuild_train_function(self, model):
    """Forgets the compiled training step of `fit`, if there is one.

    After an error in its first trace a step cannot be traced again; a new one
    can.
    """
    if getattr(model, 'train_function', None) is not None:
      model.train_function = None
      step = model.make_train_function()
      if model.train_function is None:
        model.train_function = step

  def layer_edges(self, model):
    """Which layer of a Sequential or functional model feeds which.

    Args:
      model: a Sequential or functional model. A model in it is one layer.

    Returns:
      List of (producer, consumer), in no order, once for each call. The
      InputLayers of a functional model produce what it is called with. In Keras 3
      both may be operations, e.g. for `x + y`.
    """
    if self.is_sequential(model):
      return list(zip(model.layers, model.layers[1:]))
    return self._functional_edges(model)

  @abc.abstractmethod
  def _functional_edges(self, model):
    """`layer_edges` of a functional model."""

  def output_layers(self, model):
    """The layers that make the outputs of a Sequential or functional model.

    Each once, in the order of the outputs.
    """
    if self.is_sequential(model):
      return list(model.layers[-1:])
    layers = []
    for tensor in model.outputs:
      layer = tensor._keras_history[0]
      if not any(layer is other for other in layers):
        layers.append(layer)
    return layers

  @abc.abstractmethod
  def operation_name(self, value):
    """What an operation in a functional model does, e.g. 'add' for `x + y`.

    Args:
      value: a layer, or what `layer_edges` gives in its place.

    Returns:
      A name in lower case: 'add', 'identity', 'multiply', 'relu', 'subtract', ...
      None for a layer that somebody has put there as a layer.
    """

  @abc.abstractmethod
  def architecture(self, model):
    """The architecture of a Sequential or functional model, as JSON takes it.

    Without weights and without what `compile` was told.
    """

  @abc.abstractmethod
  def model_of_architecture(self, architecture, custom_objects, trusted):
    """A new uncompiled model of what `architecture` gave.

    Args:
      architecture: a dict.
      custom_objects: {name: class or function} of layers that are not Keras's.
      trusted: whether Python code in it, such as of a Lambda layer, may run.
    """

  # --- running TensorFlow code -----------------------------------------------

  @abc.abstractmethod
  def function(self, python_function, *dtypes):
    """Makes a function of numbers out of a function of tensors.

    Args:
      python_function: takes scalar tensors, may read and assign variables, and
        returns a flat list of tensors.
      *dtypes: the dtypes of its arguments.

    Returns:
      A callable that takes numbers and returns a list of numpy values. Eagerly
      it just calls; in the graph mode of TensorFlow 1 it builds the graph once
      and runs it in Keras's session.
    """

  def is_exporting(self):
    """Whether a layer's `call` runs only to be written into a SavedModel."""
    return False

  def makes_step_before_callbacks(self):
    """Whether `fit` builds the training step before its callbacks begin.

    What is asked of a callback can then be checked only where the step runs.
    """
    return False

  def resolve_training(self, training):
    """What `training=None` means in a layer's `call` right now.

    Returns:
      A bool or None; a bool or int tensor in a TensorFlow 1 graph, where training
      and inference are one graph.
    """
    return training

  # --- saving ----------------------------------------------------------------

  @abc.abstractmethod
  def custom_object_scope(self, objects):
    """Context manager in which deserialization knows {name: class}."""

  @abc.abstractmethod
  def custom_object(self, name):
    """The class registered or scoped under `name`; None if there is none."""

  # --- hooks into the wrapper class ------------------------------------------

  @abc.abstractmethod
  def copy_input_shape(self, source, target):
    """Lets `target` build a Sequential as `source` would as its first layer."""

  @abc.abstractmethod
  def wrapper_bases(self):
    """Base classes, in order, of a wrapper layer class of this Keras."""

  @abc.abstractmethod
  def prepare_wrapper(self, wrapper):
    """Makes inputs reach `wrapper.call` as they come, and `training` with them."""


def eager_function(python_function, dtypes):
  """What `KerasAdapter.function` is where TensorFlow executes eagerly."""

  def run(*values):
    # Of each Python number TensorFlow keeps the tensor for good: with the step
    # as argument, 737 bytes for every step of a training.
    scalars = [
      tf.as_dtype(dtype).as_numpy_dtype(value)
      for value, dtype in zip(values, dtypes)
    ]
    results = python_function(*[tf.constant(scalar) for scalar in scalars])
    # A user's schedule may return plain numbers beside tensors.
    return [
      result.numpy() if hasattr(result, 'numpy') else result
      for result in results
    ]

  return run


class GraphFunction(object):
  """What `KerasAdapter.function` is where TensorFlow 1 builds a graph."""

  def __init__(self, python_function, dtypes, session):
    self._placeholders = [tf.compat.v1.placeholder(d, []) for d in dtypes]
    # tf.function keeps assignments and reads in the order they are written.
    results = tf.function(python_function, autograph=False)(*self._placeholders)
    self._results = list(results)
    self._session = session

  def __call__(self, *values):
    return self._session().run(
      self._results, dict(zip(self._placeholders, values))
    )
