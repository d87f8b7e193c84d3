# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""Compiles .cu files with the nvcc of @local_config_cuda."""

CudaToolkitInfo = provider(
    doc = "nvcc of this machine.",
    fields = {
        "architecture_flags": "what nvcc is to compile for",
        "nvcc": "its path",
        "problem": "why there is none, in words, or nothing",
    },
)

def _cuda_toolkit_impl(ctx):
    return [CudaToolkitInfo(
        architecture_flags = ctx.attr.architecture_flags,
        nvcc = ctx.attr.nvcc,
        problem = ctx.attr.problem,
    )]

cuda_toolkit = rule(
    implementation = _cuda_toolkit_impl,
    attrs = {
        "architecture_flags": attr.string_list(),
        "nvcc": attr.string(),
        "problem": attr.string(),
    },
    doc = "What cuda_configure found.",
)

_FLAGS = [
    "-std=c++17",
    "-O3",
    # a * b + c rounds twice, as on the CPU.
    "-fmad=false",
    "--compiler-options=-fPIC,-fvisibility=hidden,-Wall,-Wextra,-Werror",
    "--Werror=all-warnings",
    "-I.",
]

def _cuda_objects_impl(ctx):
    toolkit = ctx.attr._toolkit[CudaToolkitInfo]
    if toolkit.problem:
        fail("\n" + toolkit.problem)
    headers = depset(
        ctx.files.hdrs,
        transitive = [dep[CcInfo].compilation_context.headers for dep in ctx.attr.deps],
    )
    objects = []
    for source in ctx.files.srcs:
        out = ctx.actions.declare_file("%s_cuda/%s.o" % (ctx.label.name, source.basename))
        ctx.actions.run(
            arguments = _FLAGS + toolkit.architecture_flags + ["-c", source.path, "-o", out.path],
            executable = toolkit.nvcc,
            inputs = depset([source], transitive = [headers]),
            mnemonic = "CudaCompile",
            outputs = [out],
            progress_message = "Compiling %s for GPUs" % source.short_path,
            use_default_shell_env = True,  # nvcc looks for g++ on PATH.
        )
        objects.append(out)
    return [DefaultInfo(files = depset(objects))]

cuda_objects = rule(
    implementation = _cuda_objects_impl,
    attrs = {
        "deps": attr.label_list(
            doc = "C++ libraries whose headers the sources include.",
            providers = [CcInfo],
        ),
        "hdrs": attr.label_list(
            allow_files = [".h"],
            doc = "Further headers that the sources include.",
        ),
        "srcs": attr.label_list(
            allow_files = [".cu"],
            doc = "CUDA sources, each of which becomes an object file.",
            mandatory = True,
        ),
        "_toolkit": attr.label(
            default = Label("@local_config_cuda//:toolkit"),
            providers = [CudaToolkitInfo],
        ),
    },
    doc = "Object files of CUDA sources, for the srcs of a cc_library.",
)
