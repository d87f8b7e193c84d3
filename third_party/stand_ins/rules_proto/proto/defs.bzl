# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""Stand-in for @rules_proto: the native rules of Bazel under the names it loads."""

proto_lang_toolchain = native.proto_lang_toolchain
proto_library = native.proto_library
