# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The questions about the weights of a layer, a part of `KerasAdapter`."""

import abc

__all__ = ['WeightQuestions']


class WeightQuestions(abc.ABC):
  """See `KerasAdapter`."""

  # --- computing with weights ------------------------------------------------

  @abc.abstractmethod
  def training_of_call(self, layer, kwargs):
    """Whether the call of `layer` that begins now is one of training.

    Args:
      layer: a layer whose `__call__` was just called.
      kwargs: the keyword arguments of the call.

    Returns:
      A bool, or a bool tensor.
    """

  @abc.abstractmethod
  def is_symbolic(self, value):
    """Whether `value` stands for a tensor that is fed later, as an Input does.

    Also in Keras 3 whatever is called to find out about shapes only.
    """

  def substitution_problem(self):
    """Why layers cannot compute with a tensor in place of a weight here.

    None if they can.
    """
    return None

  # --- variables -------------------------------------------------------------

  @abc.abstractmethod
  def add_variable(
    self, layer, name, shape, dtype, initializer, trainable=False
  ):
    """Adds a variable to `layer`, which may be built already.

    One that is not trained is never averaged either.

    Args:
      layer: the layer that owns and saves it.
      name: its name within the layer.
      shape: tuple of ints.
      dtype: name of the dtype, e.g. 'bool'.
      initializer: a Keras initializer, e.g. 'zeros'.
      trainable: whether optimizers train it.
    """

  def attributes(self, layer):
    """What the code of a layer has set on it, {name: value}.

    Without Keras's own lists of what it tracks.
    """
    own = self._own_attributes()
    return {
      name: value
      for name, value in vars(layer).items()
      if name not in own and not name.startswith('_self_')
    }

  @abc.abstractmethod
  def _own_attributes(self):
    """The names of Keras's own lists of what a layer holds."""

  @abc.abstractmethod
  def is_state(self, layer, variable):
    """Whether the layer itself writes `variable`, e.g. a moving average.

    A weight is none, also while its layer is frozen.
    """

  @abc.abstractmethod
  def untrack_variable(self, layer, variable):
    """Makes Keras and TensorFlow forget that `layer` holds `variable`.

    Attributes of the layer are left alone.
    """

  @abc.abstractmethod
  def order_weights(self, layer, key):
    """Sorts the weights that `layer` holds itself by `key(weight)`."""

  @abc.abstractmethod
  def dtype_in_call(self, layer, variable):
    """Name of the dtype in which the `call` of `layer` sees its weight."""

  @abc.abstractmethod
  def add_penalty(self, layer, variable, function):
    """Adds a scalar to the training loss, once a step.

    Args:
      layer: the layer that holds `variable`.
      variable: a trainable weight; without it in training there is no penalty.
      function: takes nothing and returns a scalar tensor.
    """

  @abc.abstractmethod
  def tf_variable(self, variable):
    """The `tf.Variable` behind a weight of a layer.

    Only after `build`: while Keras 3 builds a layer in a symbolic call, its
    variables do not exist yet.
    """

  @abc.abstractmethod
  def set_value(self, variable, value):
    """Gives a weight the value of a numpy array, also in a TensorFlow 1 graph."""

  @abc.abstractmethod
  def storage_dtype(self, variable):
    """Name of the dtype in which the weight is stored, e.g. 'float32'."""

  @abc.abstractmethod
  def variable_name(self, variable):
    """The full name of a weight, e.g. 'dense/kernel'."""

  @abc.abstractmethod
  def constraint(self, variable):
    """The function that optimizers apply to the weight after an update."""

  @abc.abstractmethod
  def set_constraint(self, variable, constraint):
    """Replaces that function; takes effect for optimizers already compiled.

    Also for a weight that only single rows are read of, as of an embedding.
    """

  # --- saving ----------------------------------------------------------------

  def methods_that_save_all_weights(self, layer):
    """{name: function} to override what `layer` does to save its variables.

    Some layers save single attributes by name. These save what
    `own_weights` gives.

    Raises:
      ValueError: the class of the layer, which is a user's, saves in a way of its
        own.
    """
    methods = {}
    for name in ('save_own_variables', 'load_own_variables'):
      general = getattr(self.keras.layers.Layer, name, None)
      defining = next(
        c for c in type(layer).__mro__ if name in vars(c) or c is object
      )
      if general is None or getattr(type(layer), name) is general:
        continue
      if not self._is_built_in(defining):
        raise ValueError(
          'The layer {!r} of class {} cannot hold other variables in place of '
          'its weights, because it has a `{}` of its own. Leave its weights out '
          "with a pattern, or decompress 'at_load'.".format(
            layer.name, type(layer).__name__, name
          )
        )
      methods[name] = general
    return methods
