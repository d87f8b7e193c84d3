# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the structure that a user asked for means for one weight of a layer.

Output channels are, for most weights, the last axis: the units of a Dense layer,
the filters of a convolution, the dimensions of an Embedding, the gates of each
unit of a recurrent layer. The weights of some layers have them elsewhere.
"""

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)

__all__ = ['fitted_settings', 'fitted_structure']

# Kernels [..., outputs, inputs].
_TRANSPOSED = frozenset(
  ['Conv1DTranspose', 'Conv2DTranspose', 'Conv3DTranspose']
)
# Kernels [..., inputs, outputs of each input].
_DEPTHWISE = frozenset(['DepthwiseConv1D', 'DepthwiseConv2D'])


def fitted_settings(found, settings):
  """The settings with the structure that they mean for this weight.

  Args:
    found: a `LayerWeight`.
    settings: settings with an attribute `structure`, a namedtuple.

  Raises:
    ValueError: the weight cannot have the structure.
  """
  structure = fitted_structure(found.layer, found.weight, settings.structure)
  problem = structure.problem_with_shape(found.shape)
  if problem:
    raise ValueError(
      'Cannot prune the weight {!r} of the layer {!r}: {}. Received: shape='
      '{}, structure={}. Leave it out with `per_weight` or a `pruning_policy`, '
      'or prune single weights of it.'.format(
        found.path, found.layer.name, problem, found.shape, structure
      )
    )
  return settings._replace(structure=structure)


def fitted_structure(layer, weight, structure):
  """The structure that `structure` means for `weight`, which `layer` holds."""
  if not isinstance(structure, structure_lib.OutputChannels):
    return structure
  return structure._replace(axes=_output_axes(layer, weight))


def _output_axes(layer, weight):
  names = set(compat.adapter_of(layer).builtin_class_names(layer))
  if names & _DEPTHWISE or weight is getattr(layer, 'depthwise_kernel', None):
    return (-2, -1)
  if names & _TRANSPOSED:
    return (-2,)
  if 'EinsumDense' in names:
    return _axes_in_output(layer.equation)
  return (-1,)


def _axes_in_output(equation):
  """The axes of the kernel in 'ab,bc->ac' that are axes of the output."""
  kernel, output = equation.split(',')[1].split('->')
  kernel = kernel.strip()
  axes = [i - len(kernel) for i, label in enumerate(kernel) if label in output]
  return tuple(axes) or (-1,)
