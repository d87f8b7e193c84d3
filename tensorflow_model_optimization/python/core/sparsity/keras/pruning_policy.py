# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which layers of a model are pruned at all."""

import abc

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import layer_graph
from tensorflow_model_optimization.python.core.sparsity.keras import (
  xnnpack_rules,
)

__all__ = ['PruneForLatencyOnXNNPack', 'PruningPolicy']


class PruningPolicy(abc.ABC):
  """Decides for each layer of a model whether it may be pruned.

  Passed to `prune_low_magnitude`; layers it turns down stay unwrapped.
  """

  @abc.abstractmethod
  def allow_pruning(self, layer):
    """Whether `layer` may be pruned.

    Args:
      layer: a layer of the model.

    Returns:
      True or False.
    """

  @abc.abstractmethod
  def ensure_model_supports_pruning(self, model):
    """Checks the whole model before anything is changed.

    Args:
      model: the Sequential or functional model to prune.

    Raises:
      ValueError: the policy cannot do for `model` what it promises.
    """


class PruneForLatencyOnXNNPack(PruningPolicy):
  """Prunes only what TensorFlow Lite's XNNPACK runs faster sparse.

  XNNPACK has sparse kernels for 1x1 convolutions, and uses them in models like
  MobileNet. This policy prunes these convolutions, and refuses a model in which
  they would not run sparse, with the layers to change.

  ```python
  policy = tfmot.sparsity.keras.PruneForLatencyOnXNNPack()
  layers = keras.layers
  model = keras.Sequential([
    keras.Input((32, 32, 3)),
    layers.ZeroPadding2D(1),
    layers.Conv2D(8, 3, strides=2, padding='valid'),
    layers.ReLU(),
    layers.Conv2D(16, 1),
    layers.GlobalAveragePooling2D(),
    layers.Dense(10),
  ])
  pruned_model = tfmot.sparsity.keras.prune_low_magnitude(
    model, pruning_policy=policy
  )
  ```

  The sparse part of a model

  - begins, after each input, with a Conv2D of 3x3 on 3 channels with
    strides of 2 and padding 'valid', right after ZeroPadding2D(1);
  - ends, before each output, with a GlobalAveragePooling2D;
  - holds between these only Conv2D of 1x1 with strides of 1 and without dilation
    and groups; DepthwiseConv2D of 3x3 or 5x5 with depth_multiplier=1 and without
    dilation, either with padding 'same' and strides of 1, or with padding 'valid'
    and strides of 1 or 2 right after ZeroPadding2D(1), for 3x3, or
    ZeroPadding2D(2), for 5x5; BatchNormalization over channels;
    GlobalAveragePooling2D with keepdims=True; UpSampling2D with bilinear
    interpolation; Activation of relu, relu6, leaky_relu, elu or sigmoid; Add,
    Multiply, ZeroPadding2D, ReLU, LeakyReLU, ELU, Dropout; and x + y, x - y,
    x * y.

  Source: Elsen et al., Fast Sparse ConvNets, https://arxiv.org/abs/1911.09723.
  """

  def allow_pruning(self, layer):
    """Whether `layer` is a Conv2D with a kernel of 1x1.

    Args:
      layer: a layer of the model.

    Returns:
      True or False.
    """
    adapter = compat.adapter_of(layer)
    return adapter is not None and xnnpack_rules.is_pointwise_convolution(
      adapter, layer
    )

  def ensure_model_supports_pruning(self, model):
    """Checks that XNNPACK can run the 1x1 convolutions of `model` sparse.

    Args:
      model: the Sequential or functional model to prune.

    Raises:
      ValueError: it cannot. The message names each layer that is in the way, and
        what it must be.
    """
    adapter = compat.adapter_of(model)
    if (
      adapter is None
      or not adapter.is_model(model)
      or not adapter.has_layer_graph(model)
    ):
      raise ValueError(
        '`model` must be a Sequential or functional model for '
        'PruneForLatencyOnXNNPack, which looks at how its layers are connected. '
        'Received: model={}. Leave out the policy, or build the model from '
        'layers.'.format(compat.describe_object(model))
      )
    if not model.built:
      raise ValueError(
        '`model` must be built for PruneForLatencyOnXNNPack, which looks at its '
        'kernels. Received: model={!r}, which is not. Call it on a batch, or '
        'give it an input shape.'.format(model.name)
      )
    graph = layer_graph.LayerGraph(adapter, model)
    starts = _starts(adapter, graph)
    ends = _ends(adapter, graph)
    _check_between(adapter, graph, starts, ends)


def _starts(adapter, graph):
  """The layers where the sparse part begins."""

  def problem(layer):
    return xnnpack_rules.problem_with_start(
      adapter, layer, graph.producers(layer)
    )

  starts = []
  for name, fed in graph.inputs:
    layers = graph.walk(fed, graph.consumers, lambda x: problem(x) is None)
    found = [layer for layer in layers if problem(layer) is None]
    if not found:
      raise ValueError(
        'XNNPACK runs a model sparse only after a first Conv2D of 3x3 on 3 '
        'channels with strides=2 and padding="valid", right after '
        'ZeroPadding2D(1). Received: none after the input {!r}{}. Change this '
        'part of the model, or leave out the policy.'.format(
          name, _nearest(adapter, layers, problem, 'Conv2D')
        )
      )
    starts += found
  return starts


def _ends(adapter, graph):
  """The layers where the sparse part ends."""

  def problem(layer):
    return xnnpack_rules.problem_with_end(adapter, layer)

  ends = []
  for name, layers in graph.outputs:
    layers = graph.walk(layers, graph.producers, lambda x: problem(x) is None)
    found = [layer for layer in layers if problem(layer) is None]
    if not found:
      raise ValueError(
        'XNNPACK runs a model sparse only up to a GlobalAveragePooling2D. '
        'Received: none before the output {!r}. Put one before the last Dense '
        'layers, e.g. in place of Flatten, or leave out the policy.'.format(
          name
        )
      )
    ends += found
  return ends


def _check_between(adapter, graph, starts, ends):
  start_ids = {id(layer) for layer in starts}
  end_ids = {id(layer) for layer in ends}
  before_ends = {
    id(layer)
    for layer in graph.walk(
      ends, graph.producers, lambda layer: id(layer) in start_ids
    )
  }
  after_starts = graph.walk(
    starts, graph.consumers, lambda layer: id(layer) in end_ids
  )
  problems = []
  for layer in after_starts:
    if id(layer) in start_ids | end_ids or id(layer) not in before_ends:
      continue
    problem = xnnpack_rules.problem_between(
      adapter, layer, graph.producers(layer)
    )
    if problem:
      problems.append(_describe(layer, problem))
  if problems:
    raise ValueError(
      'XNNPACK cannot run these layers in the sparse part of the model, between '
      'its first convolution and its GlobalAveragePooling2D:\n{}\nChange them, or '
      'leave out the policy.'.format('\n'.join('  ' + p for p in problems))
    )


def _nearest(adapter, layers, problem, kind):
  """Says why the first layer of a kind does not do; '' without such a layer."""
  for layer in layers:
    if kind in adapter.builtin_class_names(layer)[:1]:
      return '; ' + _describe(layer, problem(layer))
  return ''


def _describe(layer, problem):
  return '{!r} ({}): {}'.format(layer.name, type(layer).__name__, problem)
