# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes checkpoints of TFMOT 0.8 and older fit the pruned models of today."""

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['upgrade_checkpoint']

_OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH'
# What a wrapper of TFMOT has, and nothing else is likely to have.
_OF_A_WRAPPER = frozenset(['mask', 'threshold', 'pruning_step'])


def upgrade_checkpoint(source, target):
  """Copies a checkpoint of a wrapped model that TFMOT 0.8 or older wrote.

  A checkpoint of TensorFlow's format (`model.save_weights(path)`,
  `ModelCheckpoint`, `tf.train.Checkpoint`) restores variables of the very dtypes
  that were saved, and masks have become bools; those of a layer with several
  pruned weights have other names too. Weights, thresholds, steps and the
  optimizer's state are copied bit for bit. Files `.h5` with a whole model need no
  upgrade.

      upgrade_checkpoint('old/wrapped', 'new/wrapped')
      model.load_weights('new/wrapped')  # Made by prune_low_magnitude.

  Args:
    source: str, the old checkpoint's path without `.index`. It stays as it is.
    target: str, path of the new one. An older checkpoint there is replaced.

  Returns:
    `target`.

  Raises:
    ValueError: there is no checkpoint, it has no masks to upgrade, a mask holds
      something other than 0 and 1, or the paths are the same. Nothing is written.
  """
  if source == target:
    raise ValueError(
      '`target` must be another path than `source`, which is not changed. '
      'Received: source={!r}, target={!r}.'.format(source, target)
    )
  try:
    reader = tf.train.load_checkpoint(source)
  except (ValueError, tf.errors.OpError) as e:
    raise ValueError(
      '`source` must be the path of a checkpoint of TensorFlow, without '
      "'.index'. Received: source={!r} ({}).".format(source, e)
    ) from e
  values = {
    name: reader.get_tensor(name)
    for name in sorted(reader.get_variable_to_shape_map())
  }
  graph, masks = _upgraded_graph(source, values)
  masks = [name for name in masks if values[name].dtype != bool]
  if not masks:
    raise ValueError(
      '`source` must be a checkpoint with masks that are no bools yet. Received: '
      'source={!r}, which has none. Load it as it is.'.format(source)
    )
  for name in masks:
    values[name] = _as_bools(source, name, values[name])
  values[_OBJECT_GRAPH] = graph
  _write(target, values, reader.get_variable_to_dtype_map(), masks)
  return target


def _upgraded_graph(source, values):
  """(the object graph with today's names, names of the tensors of masks)."""
  if _OBJECT_GRAPH not in values:
    return b'', []
  graph = tf_compat.object_graph(values[_OBJECT_GRAPH])
  masks = []
  for node in graph.nodes:
    parts = _children(node)
    if not _OF_A_WRAPPER.issubset(parts):
      continue
    weights = (
      _children(graph.nodes[parts['prunable_weights'].node_id])
      if ('prunable_weights' in parts)
      else ()
    )
    # Of several, `mask` and `threshold` were the last ones.
    pairs = _masks_and_thresholds(graph, parts)
    if len(weights) > max(1, len(pairs)):
      raise ValueError(
        '`source` must hold the masks of all pruned weights. Received: source='
        '{!r}, in which a layer with {} of them has one. Save it with a newer '
        'TensorFlow first.'.format(source, len(weights))
      )
    for i, pair in enumerate(pairs):
      for name, node_id in zip(('mask', 'threshold'), pair):
        name = name if i == 0 else '{}_{}'.format(name, i)
        child = parts[name] if name in parts else node.children.add()
        child.local_name, child.node_id = name, node_id
    for mask, _ in pairs or [(parts['mask'].node_id, None)]:
      masks += [a.checkpoint_key for a in graph.nodes[mask].attributes]
  return graph.SerializeToString(), masks


def _masks_and_thresholds(graph, parts):
  """Ids of their nodes, in the order of the weights; [] if nothing tells it."""
  if 'pruning_vars' not in parts:
    return []
  triples = _children(graph.nodes[parts['pruning_vars'].node_id])
  pairs = []
  for i in range(len(triples)):
    triple = _children(graph.nodes[triples[str(i)].node_id])
    pairs.append((triple['1'].node_id, triple['2'].node_id))
  return pairs


def _children(node):
  return {child.local_name: child for child in node.children}


def _as_bools(source, name, mask):
  mask = np.asarray(mask).astype(np.float32)
  if not np.all((mask == 0) | (mask == 1)):
    raise ValueError(
      '`source` must be a checkpoint of a pruned model. Received: source={!r}, '
      'in which {!r} holds other values than 0 and 1.'.format(source, name)
    )
  return mask != 0


def _write(path, values, dtypes, masks):
  """Writes all or nothing, with a session of its own in every TensorFlow."""
  dtypes = dict(dtypes, **{name: tf.bool for name in masks})
  unfinished = path + '.unfinished'
  with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    # No constants: a graph holds 2 GB of them at most.
    fed = {
      name: tf.compat.v1.placeholder(dtypes[name], np.shape(value))
      for name, value in values.items()
    }
    names = sorted(values)
    save = tf.raw_ops.SaveV2(
      prefix=unfinished,
      tensor_names=names,
      shape_and_slices=[''] * len(names),
      tensors=[fed[name] for name in names],
    )
    session.run(save, {fed[name]: values[name] for name in names})
    session.run(
      tf.raw_ops.MergeV2Checkpoints(
        checkpoint_prefixes=[unfinished], destination_prefix=path
      )
    )
