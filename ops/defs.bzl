# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""Macros for kernels and ops. They set flags and never choose sources."""

load("//:build_defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//third_party/cuda:cuda_objects.bzl", "cuda_objects")

# Every line is here for a reason that a build without it would show.
_COPTS = [
    # The loops are written for a compiler that vectorises them.
    "-O3",
    # a * b + c rounds twice, as it does in the TensorFlow twin.
    "-ffp-contract=off",
    "-Wall",
    "-Wextra",
    "-Werror",
]

# What ends up in the op library needs no C++ runtime library, so that one binary
# runs beside whichever the TensorFlow of the process was built with.
_NO_RUNTIME_COPTS = _COPTS + [
    "-fno-exceptions",
    "-fno-rtti",
    "-fno-threadsafe-statics",
]

def kernel_library(name, srcs = [], hdrs = [], deps = [], **kwargs):
    """A cc_library of kernels (L0) or of their registration (L1).

    Args:
      name: name of the target.
      srcs: sources.
      hdrs: public headers.
      deps: other kernel libraries, TensorFlow's headers in ops/tf.
      **kwargs: everything else that cc_library takes.
    """
    cc_library(
        name = name,
        srcs = srcs,
        hdrs = hdrs,
        copts = _NO_RUNTIME_COPTS,
        # Nothing is exported, so no library of its own could be linked with.
        linkstatic = True,
        deps = deps,
        **kwargs
    )

def cuda_library(name, srcs, hdrs = [], textual_hdrs = [], deps = [], **kwargs):
    """GPU kernels (L0) for the host to call, compiled by nvcc.

    Manual: most machines have no nvcc. Tests on any machine run the same sources
    as emulated_cuda_library.

    Args:
      name: name of the target.
      srcs: .cu sources.
      hdrs: public headers.
      textual_hdrs: headers for the sources alone.
      deps: cuda_library and kernel_library targets whose headers are included.
      **kwargs: everything else that cc_library takes.
    """
    cuda_objects(
        name = name + "_objects",
        srcs = srcs,
        hdrs = hdrs + textual_hdrs,
        tags = ["manual"],
        deps = deps,
    )
    cc_library(
        name = name,
        srcs = [name + "_objects"],
        hdrs = hdrs,
        linkstatic = True,
        tags = ["manual"],
        deps = deps + ["@local_config_cuda//:cudart"],
        **kwargs
    )

def emulated_cuda_library(name, srcs, hdrs = [], textual_hdrs = [], deps = [], **kwargs):
    """The same kernels as those of `name` without _emulated, on an emulator.

    Args:
      name: name of the target and of the source that includes the .cu source.
      srcs: .cu sources.
      hdrs: public headers.
      textual_hdrs: headers for the sources alone.
      deps: what is included; of cuda_library targets the emulated ones.
      **kwargs: everything else that cc_library takes.
    """
    cc_library(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        hdrs = hdrs,
        copts = _COPTS,
        linkstatic = True,
        textual_hdrs = srcs + textual_hdrs,
        deps = deps + ["//ops/kernels/cuda/testing:emulator"],
        **kwargs
    )

def kernel_test_library(name, hdrs, srcs = [], deps = [], **kwargs):
    """A library for tests and benchmarks; may use the C++ library.

    Args:
      name: name of the target.
      hdrs: headers.
      srcs: sources, if it has any.
      deps: what they include.
      **kwargs: everything else that cc_library takes.
    """
    cc_library(
        name = name,
        testonly = True,
        srcs = srcs,
        hdrs = hdrs,
        copts = _COPTS,
        # Nothing is exported, so no library of its own could be linked with.
        linkstatic = True,
        deps = deps,
        **kwargs
    )

def kernel_test(name, deps = [], size = "medium", **kwargs):
    """A googletest test without TensorFlow, whose source is `name`.cc.

    Args:
      name: name of the target and of its source.
      deps: what is tested and what helps.
      size: Bazel's test size; medium leaves room for the sanitizers.
      **kwargs: everything else that cc_test takes.
    """
    cc_test(
        name = name,
        size = size,
        srcs = [name + ".cc"],
        copts = _COPTS,
        deps = deps + ["@googletest//:gtest_main"],
        linkopts = ["-lpthread"],
        **kwargs
    )

def kernel_benchmark(name, deps = [], **kwargs):
    """A program that prints times, whose source is `name`.cc. Run by hand.

    Args:
      name: name of the target and of its source.
      deps: what is measured and what helps.
      **kwargs: everything else that cc_binary takes.
    """
    cc_binary(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        copts = _COPTS,
        linkopts = ["-lpthread"],
        tags = ["manual"],
        deps = deps,
        **kwargs
    )

def cxx_registration(name, srcs = [], hdrs = [], deps = [], **kwargs):
    """A cc_library on TensorFlow's C++ API, compiled as the row's TensorFlow was.

    Manual: most rows take the stable registration and need none of it.

    Args:
      name: name of the target.
      srcs: sources.
      hdrs: public headers.
      deps: kernel libraries, other registrations.
      **kwargs: everything else that cc_library takes.
    """
    cc_library(
        name = name,
        srcs = srcs,
        hdrs = hdrs,
        # absl's types are the standard library's or its own, by the standard; a
        # function that takes one has another name in each.
        copts = _COPTS + select({
            "@local_config_tf//:is_cxx11": ["-std=c++11"],
            "@local_config_tf//:is_cxx14": ["-std=c++14"],
            "@local_config_tf//:is_cxx17": ["-std=c++17"],
            "@local_config_tf//:is_cxx20": ["-std=c++20"],
        }),
        linkstatic = True,
        tags = ["manual"],
        deps = deps + ["@local_config_tf//:tf_headers"],
        **kwargs
    )

def op_library(name, deps, **kwargs):
    """A shared library that tf.load_op_library loads, linked for this machine.

    Args:
      name: file name of the library, lib*.so.
      deps: registrations with alwayslink.
      **kwargs: everything else that cc_binary takes.
    """
    cc_binary(
        name = name,
        linkshared = True,
        # The stable registration names no C++ runtime library, since it uses none.
        linkopts = ["-Wl,--as-needed", "-lpthread"],
        deps = deps + ["@local_config_tf//:tf_framework"],
        **kwargs
    )
