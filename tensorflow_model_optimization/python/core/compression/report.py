# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a compression report holds, and how it is written out."""

import collections
import json

from tensorflow_model_optimization.python.core import text_table

__all__ = ['CompressionReport', 'WeightCompression']


class WeightCompression(
  collections.namedtuple(
    'WeightCompression', 'path shape dtype dense_bytes tensors stages remark'
  )
):
  """One weight of a compressed model.

  Attributes:
    path: names of the models and layers that the weight is in, and its own, e.g.
      'encoder/dense/kernel'.
    shape: tuple of ints.
    dtype: name of the dtype, e.g. 'float32'.
    dense_bytes: bytes of the weight before.
    tensors: ordered {path: bytes} of what is stored in its place, side data
      included; empty if it is not compressed.
    stages: tuple of texts, the compressors in order; empty if it is not
      compressed.
    remark: why it is not compressed; '' if it is.
  """

  __slots__ = ()

  @classmethod
  def of(cls, path, packed):
    """The row of a `CompressedWeight`."""
    return cls(
      path,
      packed.spec.shape,
      packed.spec.dtype,
      packed.spec.nbytes,
      collections.OrderedDict(
        (name, array.nbytes) for name, array in packed.tensors().items()
      ),
      tuple(repr(stage) for stage in packed.stages),
      '',
    )

  @classmethod
  def skipped(cls, path, spec, reason):
    """The row of a weight that stays as it is, with its `TensorSpec`."""
    return cls(path, spec.shape, spec.dtype, spec.nbytes, {}, (), reason)

  @property
  def is_compressed(self):
    """Whether it is stored in another form."""
    return bool(self.stages)

  @property
  def stored_bytes(self):
    """Bytes that are stored for the weight."""
    return sum(self.tensors.values()) if self.stages else self.dense_bytes

  def to_dict(self):
    """Every attribute, as JSON takes it."""
    values = dict(self._asdict())
    values['shape'] = list(self.shape)
    values['tensors'] = dict(self.tensors)
    values['stages'] = list(self.stages)
    values['stored_bytes'] = self.stored_bytes
    return values


class CompressionReport(object):
  """What compression did to a model, weight by weight.

  Args:
    model_name: name of the model.
    weights: list of `WeightCompression`.

  Attributes:
    model_name: name of the model.
    weights: list of `WeightCompression`, in the order of the model's layers.
  """

  def __init__(self, model_name, weights):
    self.model_name = model_name
    self.weights = list(weights)

  @property
  def dense_bytes(self):
    """Bytes of all weights before."""
    return sum(weight.dense_bytes for weight in self.weights)

  @property
  def stored_bytes(self):
    """Bytes of all weights as they are stored, side data included.

    A file holds besides the model's architecture and a few bytes per tensor.
    """
    return sum(weight.stored_bytes for weight in self.weights)

  @property
  def ratio(self):
    """`dense_bytes / stored_bytes`; 1.0 for a model without weights."""
    return self.dense_bytes / self.stored_bytes if self.stored_bytes else 1.0

  @property
  def compressed(self):
    """The weights that are stored in another form."""
    return [weight for weight in self.weights if weight.is_compressed]

  @property
  def skipped(self):
    """The weights that stay as they are; `remark` says why."""
    return [weight for weight in self.weights if not weight.is_compressed]

  def to_dict(self):
    """The whole report as dicts, lists, strings and numbers."""
    return {
      'model': self.model_name,
      'dense_bytes': self.dense_bytes,
      'stored_bytes': self.stored_bytes,
      'ratio': self.ratio,
      'weights': [weight.to_dict() for weight in self.weights],
    }

  def to_json(self, indent=2):
    """`to_dict` as JSON text.

    Args:
      indent: spaces per level; None for one line.
    """
    return json.dumps(self.to_dict(), indent=indent)

  def render(self):
    """The report as a table for people, without a newline at the end."""
    rows = [('weight', 'shape', 'dense', 'stored', 'ratio', 'how', 'remark')]
    rows += [_row(weight) for weight in self.weights]
    headline = (
      '{}: {:,} bytes of weights are stored in {:,}, {:.2f}x smaller. '
      '{} of {} weights are compressed.'.format(
        self.model_name,
        self.dense_bytes,
        self.stored_bytes,
        self.ratio,
        len(self.compressed),
        len(self.weights),
      )
    )
    return '{}\n\n{}'.format(
      headline, text_table.format_table(rows, numbers=(2, 3, 4))
    )

  def __str__(self):
    return self.render()

  def __repr__(self):
    return 'CompressionReport(model={!r}, ratio={:.2f})'.format(
      self.model_name, self.ratio
    )


def _row(weight):
  stored = weight.stored_bytes
  return (
    weight.path,
    str(tuple(weight.shape)),
    '{:,}'.format(weight.dense_bytes),
    '{:,}'.format(stored),
    '{:.2f}x'.format(weight.dense_bytes / stored) if stored else '-',
    ' + '.join(weight.stages) or '-',
    weight.remark,
  )
