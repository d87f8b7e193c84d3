# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What every compression algorithm is."""

import abc
import inspect

__all__ = ['WeightCompressor']


class WeightCompressor(abc.ABC):
  """One compression algorithm: from a weight to named tensors, and back.

  An algorithm is a class of small pure methods. They keep nothing on the object,
  which only holds its settings, so one compressor serves any number of weights,
  threads and replicas. It knows no layer, no model and no Keras.

  To write one for trained weights implement `compressed_spec`, `compress` and
  `decompress`:

  ```python
  @register_compressor
  class HalfPrecision(WeightCompressor):

    def compressed_spec(self, spec):
      return {'halves': TensorSpec(spec.shape, 'float16', holds_values=True)}

    def compress(self, weight, spec, trained=None):
      return {'halves': weight.astype('float16')}

    def decompress(self, tensors, spec):
      return tf.cast(tensors['halves'], spec.dtype)
  ```

  To take part in training implement `training_variables` and `project` too, and
  if the algorithm needs them `update` and `penalty`.

  The arguments that all methods share:

  - `spec`: a `TensorSpec`, the shape and dtype of the weight. As a later stage
    it is that of a tensor which the stage before has made.
  - `variables`: {name: tensor}, the present values of `training_variables`.

  Attributes:
    decompresses_in_graph: whether `decompress` is TensorFlow code, which can run
      in each call of a model. If False, it takes and returns numpy arrays, and
      the weight is decompressed when the model is loaded.
    is_lossless: whether `decompress` gives back every bit, NaN included.

  Source: the design document "Keras Weight Compression API".
  """

  decompresses_in_graph = True
  is_lossless = False

  # --- every algorithm -------------------------------------------------------

  def reason_against(self, spec):
    """Why the algorithm cannot compress such a weight; None if it can.

    By default it takes whatever holds float values, and if it `is_lossless`
    everything.

    Args:
      spec: a `TensorSpec`; lengths that depend on the values are None.

    Returns:
      Text that ends the sentence 'kernel is not compressed: it ...'.
    """
    if self.is_lossless or (spec.is_floating and spec.holds_values):
      return None
    if not spec.is_floating:
      return 'is of dtype {}, not a float'.format(spec.dtype)
    return 'is side data of an earlier stage'

  @abc.abstractmethod
  def compressed_spec(self, spec):
    """Declares the tensors that `compress` makes: {name: TensorSpec}.

    Names are identifiers. A length that depends on the values is None.
    """

  @abc.abstractmethod
  def compress(self, weight, spec, trained=None):
    """Compresses a weight.

    Runs once, when a model is compressed; numpy code.

    Args:
      weight: numpy array of `spec.shape` and `spec.dtype`. After training it is
        what `project` gave last.
      spec: its `TensorSpec`, without None.
      trained: {name: numpy array} of `training_variables` if the weight was
        trained with this algorithm, else None.

    Returns:
      {name: numpy array}, as `compressed_spec` declares them.
    """

  @abc.abstractmethod
  def decompress(self, tensors, spec):
    """Gives the weight back.

    Args:
      tensors: {name: tensor}, what `compress` made; numpy arrays unless
        `decompresses_in_graph`.
      spec: the `TensorSpec` that `compress` got.

    Returns:
      A tensor (or numpy array) of `spec.shape` and `spec.dtype`.
    """

  def error_bound(self, weight, spec):
    """How far what `decompress` gives may be from `weight`.

    Only a promise that tests hold it to (`conformance.py`). By default there is
    none, and for what `is_lossless` every bit must come back.

    Args:
      weight: numpy array, not from training; finite.
      spec: its `TensorSpec`.

    Returns:
      Largest magnitude of the difference, a number or an array that broadcasts
      to the weight; None for no promise.
    """
    del weight, spec
    return None

  # --- algorithms that train -------------------------------------------------

  def training_variables(self, spec):
    """Declares what is trained in place of the weight: {name: VariableSpec}.

    The name 'weight' is the weight itself: the model's own variable for the
    first stage, and for a later one the projection of the stage before.
    By default there is only that, given as the value None.
    """
    del spec
    return {'weight': None}

  def project(self, variables, spec, training):
    """The weight that the forward pass uses; differentiable TensorFlow code.

    By default 'weight' as it is.

    Args:
      variables: see the class.
      spec: see the class.
      training: whether the pass is one of training; a bool, or a scalar bool
        tensor.
    """
    del spec, training
    return variables['weight']

  def update_is_due(self, step):
    """Whether `update` has something to do after `step` optimizer updates."""
    del step
    return False

  def update(self, variables, spec, step):
    """New values of variables that no gradient trains.

    Runs eagerly between two training steps, when `update_is_due(step)`.

    Args:
      variables: see the class; eager tensors.
      spec: see the class.
      step: int, number of updates that the optimizer has made.

    Returns:
      {name: tensor}; 'weight' may be among them.
    """
    del variables, spec, step
    return {}

  def penalty(self, variables, spec):
    """A scalar tensor to be added to the training loss, or None."""
    del variables, spec
    return None

  # --- saving ----------------------------------------------------------------

  def get_config(self):
    """The constructor's arguments, as JSON takes them; {} by default."""
    return {}

  @classmethod
  def from_config(cls, config):
    """Makes a compressor from what `get_config` gave."""
    return cls(**config)

  def __eq__(self, other):
    return type(self) is type(other) and self.get_config() == other.get_config()

  def __ne__(self, other):
    return not self == other

  def __hash__(self):
    return hash((type(self), repr(sorted(self.get_config().items()))))

  def __repr__(self):
    """The constructor's call, without settings that have their defaults."""
    parameters = inspect.signature(type(self)).parameters
    return '{}({})'.format(
      type(self).__name__,
      ', '.join(
        '{}={!r}'.format(name, value)
        for name, value in self.get_config().items()
        if name not in parameters
        or not _is_same(parameters[name].default, value)
      ),
    )


def _is_same(default, value):
  """Whether a setting is the default; JSON makes lists of tuples."""
  if isinstance(default, tuple):
    default = list(default)
  return default == (list(value) if isinstance(value, tuple) else value)
