# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Lets layers compute with tensors in place of some of their weights.

No layer is wrapped, cloned or rewritten. Its object gets a class of its own,
derived from the class that it had and of the same name, in which the attributes
that held a weight are properties. The layers by which a model computes (see
`weight_holders.units_of`) compute all their tensors once when they are called, so
that a loop in them, as over the steps of an LSTM, does not compute them again.
"""

import functools
import threading

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import instance_class
from tensorflow_model_optimization.python.core.keras import weight_holders
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['ComputedWeight', 'WeightSubstitution']

# What layers that are being called right now compute with. A distribution
# strategy calls them in one thread per replica.
_thread = threading.local()


class ComputedWeight(object):
  """A weight that is computed when a layer is called.

  Args:
    adapter: the Keras of its layer.
    found: `LayerWeight`.
    compute: function from `training`, a bool or bool tensor, to a tensor of the
      weight's shape and storage dtype.

  Attributes:
    path: the path of the weight.
    layer: the layer that holds it.
    weight: the weight; None once it is released.
    dtype: name of the dtype in which it is stored.
    compute: the function.
  """

  def __init__(self, adapter, found, compute):
    self.adapter = adapter
    self.path, self.layer, self.weight = found
    self.compute = compute
    self.dtype = adapter.storage_dtype(self.weight)
    self._dtype_in_call = adapter.dtype_in_call(self.layer, self.weight)

  def tensor(self):
    """What a layer sees in place of the weight, now."""
    graph = tf_compat.function_graph()
    present = _present_tensors()
    if (self, graph) in present:
      return present[self, graph]
    # Nobody has called the layer, or it runs in a function of its own that
    # outlives the call.
    tensor = self.compute(self.adapter.training_of_call(self.layer, {}))
    is_in_call = any(weight is self for weight, _ in present)
    if graph is None and not is_in_call:
      return tensor
    return self.cast(tensor)

  def cast(self, tensor):
    """The tensor as Keras would cast the weight for the layer's call."""
    return tf.cast(tensor, self._dtype_in_call)


class WeightSubstitution(object):
  """The computed weights of one model.

      computed = ComputedWeight(adapter, found, lambda training: 2 * found.weight)
      substitution = WeightSubstitution(adapter, model, [computed])
      model(x)             # computes with it
      substitution.undo()  # the model is as it was

  Args:
    adapter: the Keras of `model`.
    model: a built layer or model.
    computed: list of `ComputedWeight` of it.
    more_methods: function from a layer that holds one of the weights to
      {name: function} that override methods of its class.
    before_call: None, or function that is called with a layer by which the model
      computes, and with `training`, before that is called with tensors. It may
      undo the substitution.

  Attributes:
    computed: the list.

  Raises:
    ValueError: a weight is in no attribute of a layer, or a layer cannot change
      its class. Nothing is changed then.
  """

  def __init__(
    self, adapter, model, computed, more_methods=None, before_call=None
  ):
    self._adapter = adapter
    self.computed = list(computed)
    self._before_call = before_call
    self._by_id = {id(weight.weight): weight for weight in self.computed}
    # Of weights that were released, their constraints.
    self._released = {}
    # What weights were in, by layer; a `ComputedWeight` for one that is released.
    self._attributes = []
    self._orders = []
    held = {}
    for layer in adapter.all_sublayers(model):
      found = weight_holders.attributes_with(adapter, layer, self._by_id)
      if found:
        self._attributes.append((layer, found))
        self._orders.append((layer, self._template(adapter.own_weights(layer))))
        held[id(layer)] = found
    self._check_all_are_held()
    self._classes = self._new_classes(
      model, held, more_methods or (lambda _: {})
    )
    for layer, cls in self._classes:
      object.__setattr__(layer, '__class__', cls)

  def _check_all_are_held(self):
    held_ids = {
      id(leaf)
      for _, found in self._attributes
      for value in found.values()
      for leaf in weight_holders.leaves(value)
    }
    for weight in self.computed:
      if id(weight.weight) not in held_ids:
        raise ValueError(
          'The weight {!r} is in no attribute of a layer, nor in a list, tuple '
          'or dict that is one. Let the layer {!r} of class {} keep it in '
          'one.'.format(
            weight.path, weight.layer.name, type(weight.layer).__name__
          )
        )

  def _new_classes(self, model, held, more_methods):
    """List of (layer, the class that it gets)."""
    layers, weights_of_unit = [], {}
    for unit, in_unit in weight_holders.units_of(self._adapter, model):
      weights = self._weights_in(in_unit, held)
      if weights:
        weights_of_unit[id(unit)] = weights
        layers.append(unit)
    layers += [layer for layer, _ in self._attributes]
    classes, seen = [], set()
    for layer in layers:
      if id(layer) in seen:
        continue
      seen.add(id(layer))
      namespace = {}
      if id(layer) in held:
        namespace.update(more_methods(layer))
        for name, value in held[id(layer)].items():
          namespace[name] = _property(name, self._template(value))
      if id(layer) in weights_of_unit:
        namespace['__call__'] = _calling(
          self._adapter,
          type(layer),
          weights_of_unit[id(layer)],
          self._before_call,
        )
      classes.append((layer, instance_class.derived_class(layer, namespace)))
    return classes

  def _weights_in(self, layers, held):
    found = []
    for layer in layers:
      for value in held.get(id(layer), {}).values():
        for leaf in weight_holders.leaves(value):
          weight = self._by_id.get(id(leaf))
          if weight is not None and weight not in found:
            found.append(weight)
    return found

  def _template(self, value):
    """The value of an attribute, with `ComputedWeight`s for weights."""
    return weight_holders.replaced(
      value, lambda leaf: self._by_id.get(id(leaf), leaf)
    )

  def release(self, computed):
    """Takes a weight off its layers, so that its memory is free.

    Whoever holds the weight beside the model keeps it alive.

    Args:
      computed: one of `self.computed`.
    """
    weight = computed.weight
    self._released[computed] = self._adapter.constraint(weight)
    for i, (layer, found) in enumerate(self._attributes):
      kept = dict(found)
      for name, value in found.items():
        if any(leaf is weight for leaf in weight_holders.leaves(value)):
          self._take_off(layer, name, value, weight)
          kept[name] = weight_holders.replaced(
            value, lambda leaf: computed if leaf is weight else leaf
          )
      self._attributes[i] = (layer, kept)
    del self._by_id[id(weight)]
    computed.weight = None

  def _take_off(self, layer, name, value, weight):
    cls = type(layer)
    object.__setattr__(layer, '__class__', instance_class.original_class(cls))
    try:
      # A list around it, of which an earlier weight was taken, is there no more.
      if name in vars(layer):
        self._adapter.detach_layer(layer, name)
        # Its other weights are still tracked, each as an attribute.
        for i, leaf in enumerate(weight_holders.leaves(value)):
          if leaf is not weight and self._is_tracked(leaf):
            setattr(layer, _kept_name(name, i), leaf)
      else:
        for i, leaf in enumerate(weight_holders.leaves(value)):
          if leaf is weight:
            self._adapter.detach_layer(layer, _kept_name(name, i))
      self._adapter.untrack_variable(layer, weight)
    finally:
      object.__setattr__(layer, '__class__', cls)

  def _is_tracked(self, leaf):
    return hasattr(leaf, 'assign') or self._adapter.is_layer(leaf)

  def undo(self, values=None):
    """Gives the layers their classes and weights back.

    Weights that were released are made anew, in the order in which the layers
    had them, with the constraints that they had.

    Args:
      values: {`ComputedWeight`: numpy array} for those that were released.
    """
    for layer, cls in self._classes:
      object.__setattr__(layer, '__class__', instance_class.original_class(cls))
      if self._released:
        tf_compat.forget_traces(layer)
    restored = {}
    for weight in self._released:
      restored[weight] = self._new_weight(weight, values[weight])
    for layer, found in self._attributes:
      for name, value in found.items():
        if name in vars(layer):
          continue
        for i in range(len(weight_holders.leaves(value))):
          if hasattr(layer, _kept_name(name, i)):
            self._adapter.detach_layer(layer, _kept_name(name, i))
        self._adapter.attach_layer(
          layer,
          name,
          weight_holders.replaced(
            value, lambda leaf: _restored_leaf(restored, leaf)
          ),
        )
    for layer, order in self._orders:
      places = {
        id(restored.get(weight, weight.weight))
        if isinstance(weight, ComputedWeight)
        else id(weight): i
        for i, weight in enumerate(order)
      }
      self._adapter.order_weights(layer, functools.partial(_place_of, places))

  def _new_weight(self, computed, value):
    constraint = self._released[computed]
    weight = self._adapter.add_variable(
      computed.layer,
      computed.path.split('/')[-1],
      value.shape,
      computed.dtype,
      lambda shape, dtype=None, **kwargs: tf.constant(value, dtype),
      trainable=True,
    )
    if constraint is not None:
      self._adapter.set_constraint(weight, constraint)
    return weight


def _place_of(places, weight):
  """Where in an order a weight stands; new ones at the end."""
  return places.get(id(weight), len(places))


def _restored_leaf(restored, leaf):
  if isinstance(leaf, ComputedWeight):
    return restored[leaf] if leaf in restored else leaf.weight
  return leaf


def _kept_name(name, i):
  return '{}_{}'.format(name, i)


def _present_tensors():
  """{(ComputedWeight, function graph): tensor} of this thread's calls."""
  if not hasattr(_thread, 'tensors'):
    _thread.tensors = {}
  return _thread.tensors


def _property(name, template):
  """A property that gives `template` with tensors for computed weights."""

  def get(self):
    del self
    return weight_holders.replaced(
      template,
      lambda leaf: leaf.tensor() if isinstance(leaf, ComputedWeight) else leaf,
    )

  def refuse(self, value):
    del value
    raise AttributeError(
      'The attribute {!r} of the layer {!r} cannot be set: it is computed from '
      'other variables.'.format(name, self.name)
    )

  return property(get, refuse)


def _calling(adapter, cls, weights, before_call):
  """`__call__` of a layer that computes `weights` when it is called."""

  def call(self, *args, **kwargs):
    computed = enter(self, args, kwargs)
    try:
      return cls.__call__(self, *args, **kwargs)
    finally:
      for key in computed:
        del _present_tensors()[key]

  def enter(layer, args, kwargs):
    """Computes what is missing; gives its keys."""
    inputs = tf.nest.flatten((args, kwargs))
    if any(adapter.is_symbolic(value) for value in inputs):
      return []
    if before_call is not None:
      before_call(layer, adapter.training_of_call(layer, kwargs))
      if not instance_class.is_derived(layer):
        return []
    graph = tf_compat.function_graph()
    training = adapter.training_of_call(layer, kwargs)
    present = _present_tensors()
    new = {}
    # Not before there is something to compute with: else all layers of a model
    # would compute theirs at the start.
    with tf.control_dependencies(_graph_tensors(inputs)):
      for weight in weights:
        if (weight, graph) not in present:
          new[weight, graph] = weight.cast(weight.compute(training))
    present.update(new)
    return list(new)

  enter = tf_compat.not_converted(enter)
  return call


def _graph_tensors(values):
  if tf.executing_eagerly():
    return []
  # An eager tensor has no graph.
  return [
    value
    for value in values
    if isinstance(value, tf.Tensor) and hasattr(value, 'graph')
  ]
