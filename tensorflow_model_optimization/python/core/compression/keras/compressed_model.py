# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""A compressed model: packed weights, and the architecture that they are of."""

import collections

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import container
from tensorflow_model_optimization.python.core.compression import report
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression.keras import (
  algorithm_choice,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  architecture as architecture_lib,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  packed_weights,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  training_state,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  weight_values,
)
from tensorflow_model_optimization.python.core.keras import unfilled_weights

__all__ = ['CompressedModel', 'check_is_ordinary', 'load']

_DECOMPRESSIONS = ('at_load', 'at_first_call', 'per_call')
_KIND = 'keras model'
# Beside its weights a model has counters, random generators, constants of its own.
_OTHER_BYTES = 1 << 26


class CompressedModel(object):
  """A compressed Keras model, made by `compress`.

  Args:
    name: name of the model.
    architecture: its `Architecture`.
    weights: ordered {path: `CompressedWeight`, or numpy array of a weight that
      stays as it is}.
    report: its `CompressionReport`.

  Attributes:
    name: name of the model.
    architecture: its `Architecture`.
    weights: see above.
    report: what was compressed, what was not and why, bytes before and after;
      `render()`, `to_json()`.
  """

  def __init__(self, name, architecture, weights, report):
    self.name = name
    self.architecture = architecture
    self.weights = weights
    self.report = report

  def __repr__(self):
    return 'CompressedModel(name={!r}, ratio={:.2f})'.format(
      self.name, self.report.ratio
    )

  # --- saving ----------------------------------------------------------------

  def save(self, path):
    """Writes one file with everything but code; `load` reads it.

    An interrupted write leaves an older file as it was.

    Args:
      path: str or path object.

    Raises:
      ValueError: a compressor is not registered, so no file can name it.
      OSError: the file cannot be written.
    """
    entries, tensors = [], collections.OrderedDict()
    for i, (weight_path, value) in enumerate(self.weights.items()):
      if isinstance(value, compressed_weight.CompressedWeight):
        for name, array in value.tensors().items():
          tensors['{}/{}'.format(i, name)] = array
        entries.append({'path': weight_path, 'packed': value.to_dict()})
      else:
        tensors[str(i)] = value
        entries.append({'path': weight_path, 'packed': None})
    header = {
      'kind': _KIND,
      'name': self.name,
      'keras': self.architecture.keras,
      'architecture': self.architecture.config,
      'weights': entries,
      'remarks': {row.path: row.remark for row in self.report.skipped},
    }
    container.write(path, header, tensors)

  @classmethod
  def read(cls, path):
    """Reads what `save` wrote.

    Raises:
      ValueError: the file is none of these, is damaged, or names a compressor
        that is not registered.
      OSError: the file cannot be read.
    """
    header, tensors = container.read(path)
    try:
      entries = [(e['path'], e['packed']) for e in header['weights']]
      name, remarks = header['name'], dict(header['remarks'])
      architecture = architecture_lib.Architecture(
        header['keras'], header['architecture'], {}, False
      )
      if header['kind'] != _KIND or not all(
        isinstance(text, str)
        for text in [name] + [entry[0] for entry in entries]
      ):
        raise TypeError('not the header of a model')
    except (AttributeError, KeyError, TypeError, ValueError) as e:
      raise ValueError(
        '`path` must be a file that a compressed model was saved to. Received: '
        'path={!r}, which holds something else ({}: {}).'.format(
          path, type(e).__name__, e
        )
      ) from e
    weights, rows = collections.OrderedDict(), []
    for i, (weight_path, packed) in enumerate(entries):
      weights[weight_path] = value = _read_weight(path, i, packed, tensors)
      if packed is None:
        spec = tensor_spec.TensorSpec.of(value)
        reason = str(remarks.get(weight_path, ''))
        rows.append(report.WeightCompression.skipped(weight_path, spec, reason))
      else:
        rows.append(report.WeightCompression.of(weight_path, value))
    return cls(
      name, architecture, weights, report.CompressionReport(name, rows)
    )

  # --- models ----------------------------------------------------------------

  def to_keras(self, decompression='at_load', model=None, custom_objects=None):
    """Makes a Keras model with these weights.

    Args:
      decompression: when weights are decompressed. 'at_load': now; the result is
        an ordinary model without a trace of compression. 'at_first_call': the
        weights are packed until the model is called, and ordinary ones from then
        on. 'per_call': they stay packed in memory, each layer decompresses its
        own whenever it is called, and the gradients of the packed ones are lost.
      model: a built model to take the weights, instead of a new one. Needed for
        a subclassed model.
      custom_objects: {name: class or function} that the model is made of and
        that are not registered with Keras.

    Returns:
      The model; uncompiled if it is new. With 'at_first_call' or 'per_call' a
      Sequential or functional one is a `PackedModel`.

    Raises:
      ValueError: an argument is wrong, `model` has other weights, or with
        'per_call' nothing of a weight can stay packed. Nothing is changed then.
    """
    if decompression not in _DECOMPRESSIONS:
      raise ValueError(
        '`decompression` must be one of {}. Received: decompression={!r}. '
        "Take 'at_load' for an ordinary model.".format(
          ', '.join(repr(name) for name in _DECOMPRESSIONS), decompression
        )
      )
    specs = self._specs()
    unfilled = None
    if model is None:
      with unfilled_weights.unfilled_weights(
        {(spec.shape, spec.dtype) for spec in specs.values()},
        None if self.architecture.trusted else _most_bytes(specs),
      ) as unfilled:
        adapter, model = self.architecture.build(custom_objects)
      config = self.architecture.config
    else:
      config = None
      adapter = algorithm_choice.checked_adapter(model, 'Build one.')
      check_is_ordinary(adapter, model)
      if adapter.has_layer_graph(model):
        config = adapter.architecture(model)
    found = weight_values.matching_weights(adapter, model, specs)
    if unfilled is not None:
      unfilled.fill_others(adapter, [weight.weight for weight in found])
    if decompression == 'at_load':
      for weight, value in zip(found, self.weights.values()):
        if isinstance(value, compressed_weight.CompressedWeight):
          value = value.decompress()
        adapter.set_value(weight.weight, value)
      return model
    return packed_weights.pack(
      adapter,
      model,
      config,
      list(zip(found, self.weights.values())),
      decompression,
    )

  def _specs(self):
    return collections.OrderedDict(
      (
        path,
        value.spec
        if isinstance(value, compressed_weight.CompressedWeight)
        else tensor_spec.TensorSpec.of(value),
      )
      for path, value in self.weights.items()
    )


def load(path, decompression='at_load', model=None, custom_objects=None):
  """Loads a compressed model as a Keras model.

  The file may come from a stranger: it is checked, and no code in it is run. The
  module of each compressor must be imported.

  ```python
  model = tfmot.compression.keras.load('model.tfmot')
  model = tfmot.compression.keras.load('model.tfmot', decompression='per_call')
  ```

  Args:
    path: str or path object, where `CompressedModel.save` wrote it.
    decompression: 'at_load', 'at_first_call' or 'per_call', see
      `CompressedModel.to_keras`.
    model: a built model to take the weights; needed for a subclassed model.
    custom_objects: {name: class or function} that are not registered with Keras.

  Returns:
    A Keras model.

  Raises:
    ValueError: the file is damaged, is none of these, names a compressor that is
      not registered, or an argument is wrong.
    OSError: the file cannot be read.
  """
  return CompressedModel.read(path).to_keras(
    decompression, model, custom_objects
  )


def check_is_ordinary(adapter, model):
  """Raises ValueError if weights in `model` are packed or in preparation."""
  for layer in adapter.all_sublayers(model):
    if (
      packed_weights.state_of(layer) is not None
      or training_state.state_of(layer) is not None
    ):
      raise ValueError(
        '`model` must be an ordinary model. Received: model={!r}, which is '
        'packed or in preparation. Build a new one.'.format(model.name)
      )


def _most_bytes(specs):
  """How large a model may be whose architecture a stranger wrote."""
  return 2 * sum(spec.nbytes for spec in specs.values()) + _OTHER_BYTES


def _read_weight(path, i, packed, tensors):
  """The i-th weight of a file."""
  try:
    if packed is None:
      return tensors[str(i)]
    prefix = '{}/'.format(i)
    own = {
      name[len(prefix) :]: array
      for name, array in tensors.items()
      if name.startswith(prefix)
    }
    return compressed_weight.CompressedWeight.from_dict(packed, own)
  except (AttributeError, KeyError, TypeError) as e:
    raise ValueError(
      'The file {!r} is damaged: its weight {} is not described ({}: {}). Copy '
      'or save it again.'.format(path, i, type(e).__name__, e)
    ) from e
