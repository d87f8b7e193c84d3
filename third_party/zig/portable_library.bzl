# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""A shared library that runs on any Linux of the last ten years."""

# What manylinux_2_17 promises: x86-64 without extensions, glibc 2.17.
_TARGET = "x86_64-linux-gnu.2.17"

# The same as .bazelrc gives to g++, so that both binaries compute the same bits.
_COPTS = [
    "-std=c++17",
    "-O3",
    "-DNDEBUG",
    "-fPIC",
    "-ffp-contract=off",
    "-fvisibility=hidden",
    "-Wall",
    "-Wextra",
    "-Werror",
    # Paths must not depend on the machine.
    "-g0",
    "-no-canonical-prefixes",
]

_SourcesInfo = provider(
    doc = "C++ sources below a target, each with the options of its own rule.",
    fields = {"units": "depset of struct(source, copts, headers, ...)"},
)

def _sources_aspect_impl(target, ctx):
    below = [dep[_SourcesInfo].units for dep in getattr(ctx.rule.attr, "deps", [])]
    units = []
    if CcInfo in target and not target.label.workspace_name:
        context = target[CcInfo].compilation_context
        own = [
            file
            for file in getattr(ctx.rule.files, "srcs", [])
            if file.extension in ["cc", "c"]
        ]
        headers = [
            file
            for file in getattr(ctx.rule.files, "srcs", [])
            if file.extension in ["h", "inc"]
        ]
        units = [
            struct(
                source = source,
                copts = tuple(getattr(ctx.rule.attr, "copts", [])),
                headers = depset(headers, transitive = [context.headers]),
                quote_includes = context.quote_includes,
                includes = context.includes,
                system_includes = context.system_includes,
                defines = context.defines,
            )
            for source in own
        ]
    return [_SourcesInfo(units = depset(units, transitive = below))]

_sources_aspect = aspect(
    implementation = _sources_aspect_impl,
    attr_aspects = ["deps"],
    doc = "Finds what a cc_library and everything below it compiles.",
)

def _compile(ctx, unit):
    """Compiles one source with zig and returns the object file."""
    object_file = ctx.actions.declare_file(
        "_portable/{}/{}.o".format(ctx.label.name, unit.source.short_path),
    )
    arguments = ctx.actions.args()
    arguments.add_all(["c++", "-target", _TARGET, "-c"])
    arguments.add_all(_COPTS)
    arguments.add_all(unit.copts)
    arguments.add_all(unit.defines, before_each = "-D")
    arguments.add_all(unit.quote_includes, before_each = "-iquote")
    arguments.add_all(unit.includes, before_each = "-I")
    arguments.add_all(unit.system_includes, before_each = "-isystem")
    arguments.add(unit.source)
    arguments.add("-o", object_file)
    ctx.actions.run(
        executable = ctx.executable._zig,
        arguments = [arguments],
        inputs = depset([unit.source], transitive = [unit.headers]),
        outputs = [object_file],
        mnemonic = "PortableCompile",
        progress_message = "Compiling {} portably".format(unit.source.short_path),
    )
    return object_file

def _portable_library_impl(ctx):
    units = depset(transitive = [dep[_SourcesInfo].units for dep in ctx.attr.deps])
    objects = [_compile(ctx, unit) for unit in units.to_list()]
    if not objects:
        fail("deps of {} must compile at least one source.".format(ctx.label))

    library = ctx.actions.declare_file(ctx.attr.library_name)
    arguments = ctx.actions.args()

    # Linked as C: the op library uses no C++ runtime library (ops/defs.bzl), and
    # compiling zig's would take a minute.
    arguments.add_all(["cc", "-target", _TARGET, "-shared", "-s"])
    arguments.add("-o", library)
    arguments.add_all(objects)
    arguments.add_all(ctx.files.framework)

    # Whatever the library needs must be in what it names: it is loaded into a
    # process that may lack everything else.
    arguments.add_all(["-Wl,-z,defs", "-Wl,--build-id=none"])
    arguments.add("-Wl,-soname," + ctx.attr.library_name)
    ctx.actions.run(
        executable = ctx.executable._zig,
        arguments = [arguments],
        inputs = objects + ctx.files.framework,
        outputs = [library],
        mnemonic = "PortableLink",
        progress_message = "Linking {} portably".format(library.short_path),
    )
    return [DefaultInfo(
        files = depset([library]),
        runfiles = ctx.runfiles([library]),
    )]

portable_library = rule(
    implementation = _portable_library_impl,
    attrs = {
        "deps": attr.label_list(
            aspects = [_sources_aspect],
            doc = "cc_library targets; all sources below them are compiled.",
            mandatory = True,
            providers = [CcInfo],
        ),
        "framework": attr.label(
            default = "@local_config_tf//:tf_framework_file",
            doc = "The TensorFlow library to link with; only its name is kept.",
        ),
        "library_name": attr.string(
            doc = "File name of the library, also its SONAME.",
            mandatory = True,
        ),
        "_zig": attr.label(
            cfg = "host",
            default = "@local_config_zig//:zig",
            executable = True,
        ),
    },
    doc = "Compiles cc_library targets into one library for manylinux_2_17_x86_64.",
)
