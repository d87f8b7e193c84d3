# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which weights of Keras's own layers are pruned.

Layers are known by class name, so that one table serves Keras 2 and Keras 3; a
class that one of them lacks does no harm. A subclass of a known layer is
treated as that layer. A layer that is not here and is no `PrunableLayer` is, once
built, as good as its sublayers, as models are; weights that such a layer holds
itself are undecided: pruning them is an error, never a guess.
"""

from tensorflow_model_optimization.python.core.keras import compat

__all__ = ['PruneRegistry']

# Class name -> attributes that hold prunable weights, dotted where they belong
# to a part of the layer. Biases are left alone: few numbers, much accuracy.
_WEIGHTS = {
  'Conv1D': ('kernel',),
  'Conv1DTranspose': ('kernel',),
  'Conv2D': ('kernel',),
  'Conv2DTranspose': ('kernel',),
  'Conv3D': ('kernel',),
  'Conv3DTranspose': ('kernel',),
  'ConvLSTM1D': ('cell.kernel', 'cell.recurrent_kernel'),
  'ConvLSTM2D': ('cell.kernel', 'cell.recurrent_kernel'),
  'ConvLSTM3D': ('cell.kernel', 'cell.recurrent_kernel'),
  'Dense': ('kernel',),
  'EinsumDense': ('kernel',),
  'Embedding': ('embeddings',),
  'GRUCell': ('kernel', 'recurrent_kernel'),
  'GroupedQueryAttention': (
    '_query_dense.kernel',
    '_key_dense.kernel',
    '_value_dense.kernel',
    '_output_dense.kernel',
  ),
  'LSTMCell': ('kernel', 'recurrent_kernel'),
  'LocallyConnected1D': ('kernel',),
  'LocallyConnected2D': ('kernel',),
  'MultiHeadAttention': (
    '_query_dense.kernel',
    '_key_dense.kernel',
    '_value_dense.kernel',
    '_output_dense.kernel',
  ),
  # The depthwise parts hold few weights and react badly to pruning.
  'SeparableConv1D': ('pointwise_kernel',),
  'SeparableConv2D': ('pointwise_kernel',),
  'SimpleRNNCell': ('kernel', 'recurrent_kernel'),
}

# Class name -> attributes that hold layers, each looked up in turn.
_PARTS = {
  'Bidirectional': ('forward_layer', 'backward_layer'),
  'RNN': ('cell',),
  # It scales the kernel, which leaves its zeros alone.
  'SpectralNormalization': ('layer',),
  'StackedRNNCells': ('cells',),
  'TimeDistributed': ('layer',),
}

# Layers whose weights are deliberately left alone, and layers without weights
# that are wrapped all the same, as the layers of a pruned model always were.
_NOTHING = frozenset(
  """
  Activation ActivityRegularization AdaptiveAveragePooling1D
  AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D
  AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AdditiveAttention AlphaDropout
  Attention
  Average AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization
  BatchNormalizationV1 BatchNormalizationV2 CategoryEncoding CenterCrop
  Concatenate Cropping1D Cropping2D Cropping3D DepthwiseConv1D DepthwiseConv2D
  Discretization Dot Dropout ELU Flatten GaussianDropout GaussianNoise
  GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
  GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GroupNormalization
  Hashing Identity Lambda LayerNormalization LeakyReLU Masking MaxPooling1D
  MaxPooling2D MaxPooling3D Maximum Minimum Multiply Normalization PReLU Permute
  RMSNormalization ReLU RepeatVector Rescaling Reshape Resizing Softmax
  SpatialDropout1D SpatialDropout2D SpatialDropout3D Subtract
  SyncBatchNormalization TensorFlowOpLayer ThresholdedReLU UnitNormalization
  UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D
  ZeroPadding3D
  """.split()
)

# Layers that prepare or augment data. They have nothing to prune, and take text
# or other inputs that a wrapper has no business with.
_NEVER_WRAPPED = frozenset(
  """
  AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix
  Equalization HashedCrossing IntegerLookup MaxNumBoundingBoxes MelSpectrogram
  MixUp Pipeline RandAugment RandomBrightness RandomColorDegeneration
  RandomColorJitter RandomContrast RandomCrop RandomElasticTransform
  RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHeight
  RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation
  RandomSaturation RandomSharpness RandomShear RandomTranslation RandomWidth
  RandomZoom STFTSpectrogram Solarization StringLookup TextVectorization
  """.split()
)


class PruneRegistry(object):
  """Knows the prunable weights of layers."""

  @classmethod
  def supports(cls, layer):
    """Whether it is decided which weights of `layer` are pruned.

    True for Keras's own layers that this registry lists, their subclasses, and
    layers with a `get_prunable_weights` method.
    """
    return not _undecided_parts(layer)

  @classmethod
  def make_prunable(cls, layer):
    """Gives `layer` a `get_prunable_weights` method, and returns it.

    Raises:
      ValueError: the layer is not supported.
    """
    check_is_supported(layer)
    if not hasattr(layer, 'get_prunable_weights'):
      layer.get_prunable_weights = lambda: _weights_in_table(layer)
    return layer


def is_never_wrapped(layer):
  """Whether a model with this layer is pruned without a wrapper around it.

  Such are layers that prepare data, and unknown layers that, being built, have no
  weights, e.g. the one that Keras 2 makes of `x + y`.
  """
  if hasattr(layer, 'get_prunable_weights'):
    return False
  kind = _kind(layer)
  if kind is None:
    return layer.built and not layer.weights
  return kind in _NEVER_WRAPPED


def is_decided_class(cls):
  """Whether the tables here say of a layer class of Keras what is pruned."""
  return any(_is_in_tables(base.__name__) for base in cls.__mro__)


def check_is_supported(layer, decided=()):
  """Raises ValueError if it is undecided which weights of `layer` are pruned.

  Args:
    layer: a layer or model.
    decided: weights that the user has decided on one by one.
  """
  undecided_parts = _undecided_parts(layer, {id(weight) for weight in decided})
  if not undecided_parts:
    return
  undecided = undecided_parts[0]
  adapter = compat.adapter_of(undecided)
  weights = adapter.own_weights(undecided) if adapter is not None else []
  if weights:
    owns = 'has the weights {}'.format(
      ', '.join(adapter.variable_name(weight) for weight in weights)
    )
  else:
    owns = 'is not built, so its weights are not known'
  raise ValueError(
    'Cannot prune the layer {!r}: it is {}, which is not in the registry, and '
    '{}. Let its class derive from tfmot.sparsity.keras.PrunableLayer and '
    'return from `get_prunable_weights` the weights to prune ([] for none), or '
    'name them in `per_weight` of prune_low_magnitude.'.format(
      getattr(undecided, 'name', undecided),
      compat.describe_object(undecided),
      owns,
    )
  )


def prunable_weights(layer):
  """The weight variables of a built, supported layer that are to be pruned."""
  if hasattr(layer, 'get_prunable_weights'):
    return list(layer.get_prunable_weights())
  return _weights_in_table(layer)


def _weights_in_table(layer):
  kind = _kind(layer)
  if kind in _WEIGHTS:
    return [_attribute(layer, path) for path in _WEIGHTS[kind]]
  weights, seen = [], set()
  for part in _parts(layer, kind):
    for weight in prunable_weights(part):
      if id(weight) not in seen:
        seen.add(id(weight))
        weights.append(weight)
  return weights


def _undecided_parts(layer, decided_ids=frozenset()):
  """The parts of `layer`, or itself, that nobody has decided on."""
  if hasattr(layer, 'get_prunable_weights') and not isinstance(layer, type):
    return []
  kind = _kind(layer)
  if kind is None:
    adapter = compat.adapter_of(layer)
    if adapter is None or not _has_known_parts(adapter, layer):
      return [layer]
    if any(id(w) not in decided_ids for w in adapter.own_weights(layer)):
      return [layer]
  return [
    undecided
    for part in _parts(layer, kind)
    for undecided in _undecided_parts(part, decided_ids)
  ]


def _kind(layer):
  """The name under which the tables know `layer`, or None."""
  adapter = compat.adapter_of(layer)
  if adapter is None:
    return None
  for name in adapter.builtin_class_names(layer):
    if _is_in_tables(name):
      return name
  return None


def _is_in_tables(name):
  tables = (_WEIGHTS, _PARTS, _NOTHING, _NEVER_WRAPPED)
  return any(name in table for table in tables)


def _parts(layer, kind):
  if kind is None:
    return compat.adapter_of(layer).direct_sublayers(layer)
  parts = []
  for attribute in _PARTS.get(kind, ()):
    value = getattr(layer, attribute)
    parts.extend(value if isinstance(value, (list, tuple)) else [value])
  return parts


def _has_known_parts(adapter, layer):
  """Whether all weights and sublayers of `layer` are there to be looked at."""
  is_graph = adapter.is_model(layer) and adapter.has_layer_graph(layer)
  return is_graph or adapter.is_fully_built(layer)


def _attribute(layer, path):
  value = layer
  for name in path.split('.'):
    value = getattr(value, name)
  return value
