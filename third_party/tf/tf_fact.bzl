# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""What is known of the row's TensorFlow, in a form that select() can ask.

Unlike a constant in a .bzl file it is read only where it is used, so a BUILD file
that mentions it loads without TensorFlow.
"""

def _tf_fact_impl(_ctx):
    return []

tf_fact = rule(
    implementation = _tf_fact_impl,
    build_setting = config.string(),
    doc = "One fact; its value is the default, and nothing sets another.",
)
