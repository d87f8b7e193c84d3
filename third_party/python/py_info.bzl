# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""What Python targets are made of."""

def transitive_python_files(targets):
    """Returns the sources and data files at and below Python targets.

    Args:
      targets: list of Target with PyInfo.

    Returns:
      List of File, each once.
    """
    return depset(transitive = [
        depset(
            transitive = [
                target[PyInfo].transitive_sources,
                target[DefaultInfo].default_runfiles.files,
            ],
        )
        for target in targets
    ]).to_list()
