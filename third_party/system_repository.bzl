# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""A repository from the system's own files, or from the network without them."""

def _system_repository_impl(repository_ctx):
    source = repository_ctx.path(repository_ctx.attr.path)
    if source.exists:
        for entry in source.readdir():
            if entry.basename in ["WORKSPACE", "WORKSPACE.bazel"]:
                continue  # Bazel writes its own below.
            if repository_ctx.attr.build_file and entry.basename in ["BUILD", "BUILD.bazel"]:
                continue
            repository_ctx.symlink(entry, entry.basename)
    else:
        # Bazel names the address and the cause if this fails.
        repository_ctx.download_and_extract(
            repository_ctx.attr.urls,
            sha256 = repository_ctx.attr.sha256,
            stripPrefix = repository_ctx.attr.strip_prefix,
        )
        if repository_ctx.attr.build_file:
            repository_ctx.delete("BUILD.bazel")
    repository_ctx.file(
        "WORKSPACE",
        "workspace(name = \"%s\")\n" % repository_ctx.name,
    )
    if repository_ctx.attr.build_file:
        repository_ctx.symlink(repository_ctx.attr.build_file, "BUILD")

system_repository = repository_rule(
    implementation = _system_repository_impl,
    attrs = {
        "build_file": attr.label(
            doc = "BUILD file to lay over the sources; absent: they bring one.",
            allow_single_file = True,
        ),
        "path": attr.string(
            doc = "Absolute folder in which a system package puts the sources.",
            mandatory = True,
        ),
        "sha256": attr.string(mandatory = True),
        "strip_prefix": attr.string(mandatory = True),
        "urls": attr.string_list(mandatory = True),
    },
    doc = "Sources from a system package, else downloaded and checked.",
    local = True,  # The system's package may change under us.
)
