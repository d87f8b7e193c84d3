# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""What Python targets are made of."""

def transitive_python_files(targets):
    """Returns the Python sources and the data files at and below Python targets.

    What the build itself puts into runfiles, such as the start script of a
    py_binary, is neither.

    Args:
      targets: list of Target with PyInfo.

    Returns:
      List of File, each once.
    """
    sources = depset(transitive = [
        target[PyInfo].transitive_sources
        for target in targets
    ])
    runfiles = depset(transitive = [
        target[DefaultInfo].default_runfiles.files
        for target in targets
    ])
    data = [file for file in runfiles.to_list() if file.is_source]
    return depset(data, transitive = [sources]).to_list()
