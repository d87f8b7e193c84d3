# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""The wheel: the Python sources of a package, and the portable op library."""

load("//third_party/python:py_info.bzl", "transitive_python_files")

def _wheel_impl(ctx):
    # In the runfiles of the Python targets the op library is the one for this
    # machine; the wheel's is the portable one.
    library_path = ctx.attr.library_path
    files = [
        file
        for file in transitive_python_files(ctx.attr.deps)
        if file.short_path.startswith(ctx.attr.root + "/") and
           file.short_path != library_path
    ]
    version_files = [
        file
        for file in files
        if file.short_path == ctx.attr.version_path
    ]
    if len(version_files) != 1:
        fail("deps must hold version_path. Received: version_path=%s" % ctx.attr.version_path)
    library = ctx.file.library
    lines = sorted(["%s\t%s" % (file.short_path, file.path) for file in files])
    lines.append("%s\t%s" % (library_path, library.path))
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest")
    ctx.actions.write(manifest, "\n".join(lines) + "\n")

    # A folder, because the file name holds the version, which is read from a source.
    folder = ctx.actions.declare_directory(ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add("--manifest", manifest)
    arguments.add("--metadata", ctx.file.metadata)
    arguments.add("--version_file", version_files[0])
    arguments.add("--readme", ctx.file.readme)
    arguments.add("--license", ctx.file.license)
    arguments.add("--tag", ctx.attr.tag)
    arguments.add("--output_dir", folder.path)
    others = [manifest, library]
    for attribute in ["metadata", "readme", "license"]:
        others.append(getattr(ctx.file, attribute))
    ctx.actions.run(
        executable = ctx.executable._build_wheel,
        arguments = [arguments],
        inputs = files + others,
        outputs = [folder],
        mnemonic = "Wheel",
        progress_message = "Writing the wheel",
    )
    return [DefaultInfo(
        files = depset([folder]),
        runfiles = ctx.runfiles([folder]),
    )]

wheel = rule(
    implementation = _wheel_impl,
    attrs = {
        "deps": attr.label_list(
            doc = "py_library targets; what is below them goes in.",
            mandatory = True,
            providers = [PyInfo],
        ),
        "library": attr.label(
            allow_single_file = [".so"],
            doc = "The op library to put in.",
            mandatory = True,
        ),
        "library_path": attr.string(
            doc = "Where in the wheel the op library lies.",
            mandatory = True,
        ),
        "license": attr.label(allow_single_file = True, mandatory = True),
        "metadata": attr.label(allow_single_file = True, mandatory = True),
        "readme": attr.label(allow_single_file = True, mandatory = True),
        "root": attr.string(
            doc = "The package; files of other folders stay out.",
            mandatory = True,
        ),
        "tag": attr.string(mandatory = True),
        "version_path": attr.string(
            doc = "The source that holds __version__.",
            mandatory = True,
        ),
        "_build_wheel": attr.label(
            cfg = "host",
            default = "//pip_package:build_wheel",
            executable = True,
        ),
    },
    doc = "Writes a wheel into a folder of the target's name.",
)
