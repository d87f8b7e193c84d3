# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow's checkpoints save of a layer of Keras 2."""

__all__ = ['dependencies', 'forget']


def dependencies(layer):
  """A list of what checkpoints save of `layer`: (name, ref) each."""
  name = '_unconditional_checkpoint_dependencies'
  found = getattr(layer, '_self' + name, None) or getattr(layer, name, [])
  return list(found)


def forget(layer, name):
  """Lets checkpoints forget what `layer` keeps under `name`."""
  if hasattr(layer, '_delete_tracking'):
    layer._delete_tracking(name)
    return
  # TensorFlow 1.15 and 2.0 have the same two collections, and no method.
  layer._unconditional_dependency_names.pop(name, None)
  layer._unconditional_checkpoint_dependencies[:] = [
    reference
    for reference in layer._unconditional_checkpoint_dependencies
    if reference.name != name
  ]
