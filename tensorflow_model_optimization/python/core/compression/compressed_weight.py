# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""A weight after compression: stages, and the tensors that are stored."""

import collections

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)

__all__ = ['CompressedWeight', 'as_stages', 'compress_weight']


def as_stages(algorithm):
  """The stages of an algorithm: a compressor, or a list of them in order.

  Raises:
    ValueError: it is anything else, or empty.
  """
  stages = (
    tuple(algorithm) if isinstance(algorithm, (list, tuple)) else (algorithm,)
  )
  if not stages or not all(
    isinstance(stage, weight_compressor.WeightCompressor) for stage in stages
  ):
    raise ValueError(
      '`algorithm` must be a WeightCompressor or a non-empty list of them, the '
      'stages in order. Received: algorithm={!r}. Pass objects, not '
      'classes.'.format(algorithm)
    )
  return stages


def compress_weight(algorithm, weight, trained=None):
  """Compresses a weight, stage after stage.

  The first stage compresses the weight. The next one compresses each tensor that
  the first made and that it can compress, and so on: after pruning, clustering
  takes the values that are left and not the bit mask, and entropy coding all of
  it.

  ```python
  packed = compress_weight([MagnitudePruning(0.9), RangeCoding()], weight)
  packed.stored_bytes
  packed.decompress()  # the pruned weight
  ```

  Args:
    algorithm: a `WeightCompressor` or a list of them.
    weight: numpy array.
    trained: list of {name: numpy array} or None, one per stage: the values of
      the variables that the stage was trained with.

  Returns:
    A `CompressedWeight`.

  Raises:
    ValueError: a stage cannot compress anything, or it does not make what it
      declares.
  """
  stages = as_stages(algorithm)
  trained = [None] * len(stages) if trained is None else list(trained)
  weight = np.asarray(weight)
  spec = tensor_spec.TensorSpec.of(weight, holds_values=True)
  used = set()
  packed = _compress(stages, trained, 0, weight, spec, spec, used)
  for i, stage in enumerate(stages):
    if i not in used:
      raise ValueError(
        '`algorithm` has a stage that finds nothing to compress: {!r} {}. '
        'Received: algorithm={!r}, a weight of shape {} and dtype {}. Leave '
        'the stage out or put it elsewhere.'.format(
          stage,
          stage.reason_against(spec) or 'can use no tensor of the stage before',
          algorithm,
          spec.shape,
          spec.dtype,
        )
      )
  return packed


def _compress(stages, trained, i, array, spec, declared, used):
  """Applies stages[i:] to `array`; gives it back if none of them applies."""
  # What is declared decides, not what is found: a stage is used or not for a
  # kind of tensor, and not by chance of its length.
  while i < len(stages) and stages[i].reason_against(declared):
    i += 1
  if i == len(stages):
    return array
  stage = stages[i]
  used.add(i)
  tensors = stage.compress(array, spec, trained=trained[i])
  declared = stage.compressed_spec(spec)
  _check_tensors(stage, tensors, declared)
  parts = collections.OrderedDict()
  for name, part_declared in declared.items():
    part = np.asarray(tensors[name])
    part_spec = tensor_spec.TensorSpec.of(part, part_declared.holds_values)
    parts[name] = _compress(
      stages, trained, i + 1, part, part_spec, part_declared, used
    )
  return CompressedWeight(stage, spec, parts)


def _check_tensors(stage, tensors, declared):
  if set(tensors) != set(declared):
    raise ValueError(
      '{!r}.compress() must return the tensors that compressed_spec() declares. '
      'Received: {}, declared: {}.'.format(
        stage, sorted(tensors), sorted(declared)
      )
    )
  for name, spec in declared.items():
    problem = spec.problem_with(np.asarray(tensors[name]))
    if problem:
      raise ValueError(
        '{!r}.compress() must return what compressed_spec() declares: {!r} '
        '{}.'.format(stage, name, problem)
      )


class CompressedWeight(
  collections.namedtuple('CompressedWeight', 'compressor spec parts')
):
  """What one stage made of a weight, and the later stages of its parts.

  Attributes:
    compressor: the `WeightCompressor`.
    spec: `TensorSpec` of what it compressed, without None.
    parts: ordered {name: numpy array, or `CompressedWeight` of that array}.
  """

  __slots__ = ()

  # --- what is stored --------------------------------------------------------

  def tensors(self):
    """The tensors to store, ordered {path: numpy array}, e.g. 'values/codes'."""
    found = collections.OrderedDict()
    for name, part in self.parts.items():
      if isinstance(part, CompressedWeight):
        for path, array in part.tensors().items():
          found['{}/{}'.format(name, path)] = array
      else:
        found[name] = part
    return found

  @property
  def stored_bytes(self):
    """Bytes of all tensors, side data included."""
    return sum(array.nbytes for array in self.tensors().values())

  def to_dict(self):
    """Everything but the values, as JSON takes it."""
    return {
      'compressor': registry.config_of_compressor(self.compressor),
      'shape': list(self.spec.shape),
      'dtype': self.spec.dtype,
      'holds_values': self.spec.holds_values,
      'parts': [
        [name, part.to_dict() if isinstance(part, CompressedWeight) else None]
        for name, part in self.parts.items()
      ],
    }

  @classmethod
  def from_dict(cls, config, tensors):
    """Joins what `to_dict` gave with the tensors.

    Args:
      config: the dict.
      tensors: {path: numpy array} as `tensors` gave it. To rebuild the structure
        alone pass `TensorSpec`s, or anything else, in their place.

    Raises:
      ValueError: a compressor is not registered, a tensor is missing, or the
        dict is not one that `to_dict` gave.
    """
    try:
      return cls._from_dict(config, tensors, '')
    except (AttributeError, KeyError, RecursionError, TypeError) as e:
      raise ValueError(
        'The description of a compressed weight is damaged. Received: config='
        '{:.200}: {!r}. Save it again.'.format(repr(config), e)
      ) from e

  @classmethod
  def _from_dict(cls, config, tensors, prefix):
    parts = collections.OrderedDict()
    for name, part in config['parts']:
      path = prefix + name
      if part is not None:
        parts[name] = cls._from_dict(part, tensors, path + '/')
      elif path in tensors:
        parts[name] = tensors[path]
      else:
        raise ValueError(
          'The tensor {!r} of a compressed weight is missing. Received: {}. '
          'The file is damaged; save it again.'.format(path, sorted(tensors))
        )
    return cls(
      registry.compressor_from_config(config['compressor']),
      tensor_spec.TensorSpec(
        config['shape'], config['dtype'], config['holds_values']
      ),
      parts,
    )

  def without_values(self):
    """The same structure with a `TensorSpec` in place of each tensor."""
    return self._replace(
      parts=collections.OrderedDict(
        (
          name,
          part.without_values()
          if isinstance(part, CompressedWeight)
          else tensor_spec.TensorSpec.of(part),
        )
        for name, part in self.parts.items()
      )
    )

  def with_values(self, tensors):
    """The same structure with `tensors`, {path: numpy array}, in their place."""
    return self._with_values(tensors, '')

  def _with_values(self, tensors, prefix):
    return self._replace(
      parts=collections.OrderedDict(
        (
          name,
          part._with_values(tensors, prefix + name + '/')
          if isinstance(part, CompressedWeight)
          else tensors[prefix + name],
        )
        for name, part in self.parts.items()
      )
    )

  # --- decompression ---------------------------------------------------------

  @property
  def stages(self):
    """All compressors in it, in the order of the stages, each once."""
    depths = collections.OrderedDict()
    self._add_depths(depths, 0)
    return sorted(depths, key=depths.get)

  def _add_depths(self, depths, depth):
    """Adds {compressor: how many stages come before it, at most}."""
    depths[self.compressor] = max(depth, depths.get(self.compressor, 0))
    for part in self.parts.values():
      if isinstance(part, CompressedWeight):
        part._add_depths(depths, depth + 1)

  def decompress(self):
    """The weight, a numpy array of `spec.shape` and `spec.dtype`.

    Raises:
      ValueError: a compressor gives something else.
    """
    parts = {
      name: part.decompress() if isinstance(part, CompressedWeight) else part
      for name, part in self.parts.items()
    }
    if self.compressor.decompresses_in_graph:
      names = sorted(parts)
      weight = tf_compat.evaluate(
        lambda *values: self.compressor.decompress(
          dict(zip(names, values)), self.spec
        ),
        [parts[name] for name in names],
      )
    else:
      weight = np.asarray(self.compressor.decompress(parts, self.spec))
    self._check_decompressed(self.spec.problem_with(weight))
    return weight

  def decompress_in_graph(self, tensors):
    """The weight as a tensor, of tensors in their place.

    Args:
      tensors: {path: tensor}, see `tensors`.

    Raises:
      ValueError: a stage does not decompress in a graph (see
        `as_far_as_in_graph`), or gives something else than the weight.
    """
    return self._decompress_in_graph(tensors, '')

  def _decompress_in_graph(self, tensors, prefix):
    if not self.compressor.decompresses_in_graph:
      raise ValueError(
        '{!r} does not decompress in a graph. Call as_far_as_in_graph() '
        'first.'.format(self.compressor)
      )
    parts = {}
    for name, part in self.parts.items():
      path = prefix + name
      if isinstance(part, CompressedWeight):
        parts[name] = part._decompress_in_graph(tensors, path + '/')
      else:
        parts[name] = tensors[path]
    weight = self.compressor.decompress(parts, self.spec)
    problem = None
    if not weight.shape.is_compatible_with(self.spec.shape):
      problem = 'has shape {}, and {} was compressed'.format(
        weight.shape, self.spec.shape
      )
    elif weight.dtype.name != self.spec.dtype:
      problem = 'has dtype {}, and {} was compressed'.format(
        weight.dtype.name, self.spec.dtype
      )
    self._check_decompressed(problem)
    weight.set_shape(self.spec.shape)
    return weight

  def as_far_as_in_graph(self):
    """Undoes the stages that do not decompress in a graph.

    Returns:
      A `CompressedWeight` that decompresses in a graph, or a numpy array if
      nothing is left of it.
    """
    if not self.compressor.decompresses_in_graph:
      return self.decompress()
    return self._replace(
      parts=collections.OrderedDict(
        (
          name,
          part.as_far_as_in_graph()
          if isinstance(part, CompressedWeight)
          else part,
        )
        for name, part in self.parts.items()
      )
    )

  def _check_decompressed(self, problem):
    if problem:
      raise ValueError(
        '{!r}.decompress() must give the weight that was compressed: it '
        '{}.'.format(self.compressor, problem)
      )
