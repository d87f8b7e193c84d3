# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""@local_config_zig: the C++ compiler of the portable op library.

Debian's g++ ties a library to the newest glibc. The zig toolchain (`ziglang` on
PyPI, pinned in ci/requirements/build.txt) compiles for an old one. It is found
through TFMOT_ZIG_PYTHON, the interpreter of the virtualenv that has it (`./dev`
sets it), or in .venvs/build. Where there is none, only what is compiled with it
fails, and says so.
"""

def _zig_configure_impl(repository_ctx):
    workspace = repository_ctx.path(Label("//:WORKSPACE")).dirname
    venvs = workspace.get_child(".venvs")
    interpreter = repository_ctx.os.environ.get(
        "TFMOT_ZIG_PYTHON",
        str(venvs.get_child("build").get_child("bin").get_child("python")),
    )
    repository_ctx.template(
        "zig.sh",
        Label("//third_party/zig:zig.tpl"),
        {
            # zig compiles its C start-up files once per target, into this folder.
            "%{cache}": str(venvs.get_child("zig_cache")),
            "%{interpreter}": interpreter,
            "%{stamp}": repository_ctx.os.environ.get("TFMOT_ZIG_STAMP", "none"),
        },
        True,
    )
    repository_ctx.symlink(Label("//third_party/zig:zig.BUILD"), "BUILD")

zig_configure = repository_rule(
    implementation = _zig_configure_impl,
    configure = True,
    doc = "Makes @local_config_zig//:zig, which is `zig` or says how to get it.",
    environ = ["TFMOT_ZIG_PYTHON", "TFMOT_ZIG_STAMP"],
    local = True,
)
