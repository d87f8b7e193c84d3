# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""Every external repository of the workspace, each with its offline source."""

load("//third_party:system_repository.bzl", "system_repository")
load("//third_party/cuda:cuda_configure.bzl", "cuda_configure")
load("//third_party/python:python_configure.bzl", "python_configure")
load("//third_party/tf:tf_configure.bzl", "tf_configure")
load("//third_party/zig:zig_configure.bzl", "zig_configure")

_STAND_INS = "third_party/stand_ins/"

def tfmot_repositories():
    """Declares the repositories; call it once, from WORKSPACE."""

    # Bazel itself asks for these four. We use none of what they would add, so
    # small stand-ins take their place and nothing is downloaded.
    for name in ["rules_cc", "rules_proto", "rules_python", "remote_coverage_tools"]:
        native.local_repository(name = name, path = _STAND_INS + name)

    # Debian package bazel-rules-java. The address and hash are those that
    # Bazel 4.2.3 has built in.
    system_repository(
        name = "rules_java",
        path = "/usr/share/bazel/rules/java",
        sha256 = "bc81f1ba47ef5cc68ad32225c3d0e70b8c6f6077663835438da8d5733f917598",
        strip_prefix = "rules_java-7cf3cefd652008d0a64a419c34c13bdca6c8f178",
        urls = [
            "https://mirror.bazel.build/github.com/bazelbuild/rules_java/archive/7cf3cefd652008d0a64a419c34c13bdca6c8f178.zip",
            "https://github.com/bazelbuild/rules_java/archive/7cf3cefd652008d0a64a419c34c13bdca6c8f178.zip",
        ],
    )

    # Debian package libgtest-dev (1.12.1 in Debian 12).
    system_repository(
        name = "googletest",
        build_file = "//third_party/googletest:googletest.BUILD",
        path = "/usr/src/googletest",
        sha256 = "81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2",
        strip_prefix = "googletest-release-1.12.1",
        urls = ["https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz"],
    )

    cuda_configure(name = "local_config_cuda")
    python_configure(name = "local_config_python")
    tf_configure(name = "local_config_tf")
    zig_configure(name = "local_config_zig")
