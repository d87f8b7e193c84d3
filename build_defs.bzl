# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""The one file from which BUILD files load their rules.

Moving to rules_python, rules_cc or bzlmod is then one edit, here.
"""

cc_binary = native.cc_binary
cc_library = native.cc_library
cc_test = native.cc_test
py_binary = native.py_binary
py_library = native.py_library
py_test = native.py_test

def tfmot_py_test(name, srcs = None, deps = [], size = "medium", tags = [], **kwargs):
    """A py_test whose source is, unless given, the file of its own name.

    Args:
      name: name of the target and, without `.py`, of its only source.
      srcs: sources, when they are not just that file.
      deps: what the test imports.
      size: Bazel's test size, which sets its time limit.
      tags: Bazel's tags; `slow` keeps a test out of presubmit.
      **kwargs: everything else that py_test takes.
    """
    py_test(
        name = name,
        size = size,
        srcs = srcs or [name + ".py"],
        main = kwargs.pop("main", name + ".py"),
        python_version = "PY3",
        srcs_version = "PY3",
        tags = tags,
        deps = deps,
        **kwargs
    )
