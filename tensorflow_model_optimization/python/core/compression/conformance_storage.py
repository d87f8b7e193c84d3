# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The rules of the conformance kit for compressing, storing, decompressing."""

import inspect
import json

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_cases,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_failure,
)
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['RULES']

_from_config = weight_compressor.WeightCompressor.from_config.__func__


def config_round_trip(compressor, cases, settings):
  """get_config gives JSON, from which the registry makes an equal object."""
  del cases, settings
  try:
    config = registry.config_of_compressor(compressor)
  except ValueError as e:
    raise conformance_failure.broken(
      None, 'a registered class', e, 'Decorate it with @register_compressor.'
    ) from e
  try:
    text = json.dumps(config)
  except TypeError as e:
    raise conformance_failure.broken(
      None,
      'get_config() of numbers, strings, lists and dicts',
      config['config'],
      'Convert what it returns to those.',
    ) from e
  try:
    again = registry.compressor_from_config(json.loads(text))
  except ValueError as e:
    raise conformance_failure.broken(
      None,
      'a constructor that takes what get_config() returns',
      e,
      'Return every argument of the constructor under its name, no other.',
    ) from e
  if again != compressor:
    raise conformance_failure.broken(
      None,
      'an equal object from its own config, {!r}'.format(compressor),
      repr(again),
      'Let get_config() return every argument of the constructor.',
    )
  missing = _arguments(type(compressor)) - set(config['config'])
  if missing and type(compressor).from_config.__func__ is _from_config:
    raise conformance_failure.broken(
      None,
      'every argument of the constructor in get_config()',
      'no {}'.format(sorted(missing)),
      'A loaded model would get the default: return the arguments.',
    )


def _arguments(cls):
  parameters = inspect.signature(cls).parameters.values()
  any_kind = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
  return {p.name for p in parameters if p.kind not in any_kind}


def reasons(compressor, cases, settings):
  """reason_against answers for every spec, unknown lengths too."""
  del settings
  admitted = 0
  specs = [(case, case.spec) for case in cases]
  for dtype in ('float32', 'uint8'):
    spec = tensor_spec.TensorSpec((None,), dtype, holds_values=dtype != 'uint8')
    specs.append((None, spec))
  for case, spec in specs:
    try:
      reason = compressor.reason_against(spec)
    except Exception as e:
      raise conformance_failure.broken(
        case,
        'an answer to reason_against({})'.format(spec),
        repr(e),
        'A length is None where it depends on the values: answer for it too.',
      ) from e
    if reason is not None and not (reason and isinstance(reason, str)):
      raise conformance_failure.broken(
        case,
        'None or a text from reason_against',
        repr(reason),
        'Return why the algorithm cannot compress it, or None.',
      )
    admitted += case is not None and reason is None
  if not admitted:
    raise conformance_failure.broken(
      None,
      'at least one weight that reason_against admits',
      'none of {}'.format(len(cases)),
      'Return None for what the algorithm can compress.',
    )


def declared_tensors(compressor, cases, settings):
  """What compress returns has the names, shapes, dtypes that were declared."""
  del settings
  for case in _admitted(compressor, cases):
    declared = compressor.compressed_spec(case.spec)
    for name, spec in declared.items():
      if not (isinstance(name, str) and name.isidentifier()):
        raise conformance_failure.broken(
          case,
          'names in compressed_spec() that are identifiers',
          repr(name),
          'Rename the tensor: files join names by slashes.',
        )
      if not isinstance(spec, tensor_spec.TensorSpec):
        raise conformance_failure.broken(
          case, 'a TensorSpec for {!r}'.format(name), repr(spec), 'Return one.'
        )
    tensors = _compress(compressor, case)
    if set(tensors) != set(declared):
      raise conformance_failure.broken(
        case,
        'tensors {} as compressed_spec() declares'.format(sorted(declared)),
        sorted(tensors),
        'Declare what compress() returns, and return what is declared.',
      )
    for name, spec in declared.items():
      problem = spec.problem_with(np.asarray(tensors[name]))
      if problem:
        raise conformance_failure.broken(
          case,
          'the tensor {!r} as compressed_spec() declares it'.format(name),
          'it ' + problem,
          'Bytes are computed from what is declared: make both the same.',
        )
    stored = sum(np.asarray(tensors[name]).nbytes for name in declared)
    packed = compressed_weight.compress_weight(compressor, case.weight)
    if packed.stored_bytes != stored:
      raise conformance_failure.broken(
        case,
        '{} bytes each time'.format(stored),
        packed.stored_bytes,
        'compress() must depend on nothing but its arguments.',
      )


def deterministic(compressor, cases, settings):
  """The same weight gives the same bytes, by a new object too."""
  del settings
  for case in _admitted(compressor, cases):
    first = _compress(compressor, case)
    for other in (compressor, _clone(compressor)):
      second = _compress(other, case)
      for name in first:
        a, b = np.asarray(first[name]), np.asarray(second[name])
        if not conformance_failure.same_bytes(a, b):
          raise conformance_failure.broken(
            case,
            'the same {!r} from the same weight'.format(name),
            'two different ones',
            'Seed random numbers from a setting, and keep nothing on the '
            'object.',
          )


def keeps_nothing(compressor, cases, settings):
  """The object holds its settings alone; weights are not written to."""
  del settings
  before = _state(compressor)
  for case in _admitted(compressor, cases):
    weight = case.weight.copy()
    tensors = _compress(compressor, case)
    _decompress(compressor, case, tensors)
    after = _state(compressor)
    if after != before:
      changed = sorted(
        name
        for name in set(before) | set(after)
        if before.get(name) != after.get(name)
      )
      raise conformance_failure.broken(
        case,
        'an object that compressing leaves as it is',
        'changed attributes {}'.format(changed),
        'Return what decompress() needs as a tensor: it may run in another '
        'process, and one object serves many weights.',
      )
    if not conformance_failure.same_bytes(weight, case.weight):
      raise conformance_failure.broken(
        case,
        'the weight as it was',
        'other values in it',
        'Copy the weight before you write to it.',
      )


def comes_back(compressor, cases, settings):
  """decompress gives shape, dtype and values: by a new object, and in a graph."""
  for case in _admitted(compressor, cases):
    tensors = _compress(compressor, case)
    weight = _decompress(_clone(compressor), case, tensors)
    _check_values(compressor, case, weight, settings)
    if compressor.decompresses_in_graph and case.spec.dtype == 'float32':
      in_graph = _decompress_in_graph(compressor, case)
      if not conformance_failure.same_bytes(in_graph, weight):
        raise conformance_failure.broken(
          case,
          'the same weight from a graph as eagerly',
          'another one',
          'Use TensorFlow operations on the tensors, no numpy.',
        )


def jit_decompress(compressor, cases, settings):
  """XLA compiles decompress."""
  if not compressor.decompresses_in_graph:
    return 'decompresses_in_graph is False'
  if tf_compat.in_v1_graph() or tf_compat.jit_compiled(tf.identity) is None:
    return 'this TensorFlow, or its mode, has no jit_compile'
  del cases, settings
  # Compiling takes seconds: only one of a kind.
  for case in _admitted(compressor, conformance_cases.training_cases()):
    tensors = _compress(compressor, case)
    names = sorted(tensors)

    def decompress(*values, case=case, names=names):
      return compressor.decompress(dict(zip(names, values)), case.spec)

    try:
      weight = tf_compat.jit_compiled(decompress)(
        *[tf.constant(tensors[name]) for name in names]
      ).numpy()
    except Exception as e:
      raise conformance_failure.broken(
        case,
        'decompress() that XLA compiles',
        conformance_failure.first_line(e),
        'Use operations whose output shapes follow from spec and input shapes; '
        'tf.where(mask) and tf.boolean_mask have none such.',
      ) from e
    if not np.allclose(
      weight, _decompress(compressor, case, tensors), 1e-5, 1e-6
    ):
      raise conformance_failure.broken(
        case,
        'the same weight with jit_compile',
        'another one',
        'Look for operations that depend on the order of computation.',
      )
  return None


# --- what rules share ---------------------------------------------------------


def _admitted(compressor, cases):
  return [c for c in cases if compressor.reason_against(c.spec) is None]


def _clone(compressor):
  return type(compressor).from_config(compressor.get_config())


def _state(compressor):
  return {name: repr(value) for name, value in vars(compressor).items()}


def _compress(compressor, case):
  try:
    return compressor.compress(case.weight, case.spec, trained=None)
  except Exception as e:
    raise conformance_failure.broken(
      case,
      'tensors from compress()',
      repr(e),
      'Compress it, or name a reason in reason_against(). The weight is read-'
      'only: copy it before you write to it.',
    ) from e


def _decompress(compressor, case, tensors):
  packed = compressed_weight.CompressedWeight(
    compressor,
    case.spec,
    {name: np.asarray(tensor) for name, tensor in tensors.items()},
  )
  try:
    return packed.decompress()
  except Exception as e:
    raise conformance_failure.broken(
      case,
      'a weight of shape {} and dtype {} from decompress()'.format(
        case.spec.shape, case.spec.dtype
      ),
      conformance_failure.first_line(e),
      'Reshape to spec.shape and cast to spec.dtype, by TensorFlow operations '
      'on the tensors alone.',
    ) from e


def _decompress_in_graph(compressor, case):
  packed = compressed_weight.compress_weight(compressor, case.weight)
  names = list(packed.tensors())
  try:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
      feeds = {
        name: tf.compat.v1.placeholder(array.dtype, array.shape)
        for name, array in packed.tensors().items()
      }
      weight = packed.decompress_in_graph(feeds)
      values = {feeds[name]: packed.tensors()[name] for name in names}
      return session.run(weight, values)
  except Exception as e:
    raise conformance_failure.broken(
      case,
      'decompress() that runs in a graph',
      conformance_failure.first_line(e),
      'Use TensorFlow operations on the tensors, or set decompresses_in_graph '
      'to False.',
    ) from e


def _check_values(compressor, case, weight, settings):
  if compressor.is_lossless:
    if not conformance_failure.same_bytes(weight, case.weight):
      raise conformance_failure.broken(
        case,
        'every bit of the weight, since is_lossless is True',
        'other bits',
        'Compare as integers: -0.0 == 0.0 and NaN != NaN as floats.',
      )
    return
  exact = case.weight.astype(np.float64)
  error = np.abs(weight.astype(np.float64) - exact)
  if not np.isfinite(error).all():
    raise conformance_failure.broken(
      case,
      'finite values from a finite weight',
      'NaN or infinity',
      'Look for a division by a scale or a range that is zero.',
    )
  bound = (settings.error_bound or compressor.error_bound)(
    case.weight, case.spec
  )
  if bound is not None and not (error <= bound).all():
    excess = np.asarray(error - np.asarray(bound, np.float64))
    i = np.unravel_index(np.argmax(excess), excess.shape)
    raise conformance_failure.broken(
      case,
      'an error of at most {:.3g} at {}'.format(
        float(np.broadcast_to(bound, error.shape)[i]), tuple(map(int, i))
      ),
      '{:.3g}, {:.6g} became {:.6g}'.format(
        float(error[i]), float(exact[i]), float(weight[i])
      ),
      'Correct the algorithm, or what error_bound() promises.',
    )


RULES = (
  config_round_trip,
  reasons,
  declared_tensors,
  deterministic,
  keeps_nothing,
  comes_back,
  jit_decompress,
)
