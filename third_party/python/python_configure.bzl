# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""@local_config_python: Python targets run on the interpreter of the chosen row.

The interpreter is the one that TFMOT_PYTHON names (`./dev` sets it from
ci/matrix.json); without it, the virtualenv of the default row, and without that
the system's python3, which is enough for targets that need no TensorFlow.
"""

# The first row of ci/matrix.json; ci/matrix_test.py compares the two.
DEFAULT_ROW = "tf221-keras3"

# TFMOT_ROW_STAMP changes when a row's virtualenv is made anew at the same path.
INTERPRETER_ENVIRON = ["TFMOT_PYTHON", "TFMOT_ROW_STAMP"]

def find_interpreter(repository_ctx):
    """Returns the path of the chosen interpreter, as a string."""
    chosen = repository_ctx.os.environ.get("TFMOT_PYTHON", "")
    if chosen:
        if not repository_ctx.path(chosen).exists:
            fail(("TFMOT_PYTHON must name a Python interpreter. Received: " +
                  "TFMOT_PYTHON=%s, which does not exist. Remedy: ./dev setup") % chosen)
        return chosen
    workspace = repository_ctx.path(Label("//:WORKSPACE")).dirname
    of_default_row = workspace.get_child(".venvs").get_child(DEFAULT_ROW).get_child("bin").get_child("python")
    if of_default_row.exists:
        return str(of_default_row)
    system = repository_ctx.which("python3")
    if not system:
        fail("No python3 on PATH. Remedy: sudo apt-get install python3")
    return str(system)

def _python_configure_impl(repository_ctx):
    substitutions = {
        "%{interpreter}": find_interpreter(repository_ctx),
        "%{stamp}": repository_ctx.os.environ.get("TFMOT_ROW_STAMP", "none"),
    }
    repository_ctx.template("python", Label("//third_party/python:python.tpl"), substitutions, True)
    repository_ctx.symlink(Label("//third_party/python:launch.py"), "launch.py")
    repository_ctx.symlink(Label("//third_party/python:python.BUILD"), "BUILD")

python_configure = repository_rule(
    implementation = _python_configure_impl,
    configure = True,
    doc = "Makes the Python toolchain of the row.",
    environ = INTERPRETER_ENVIRON,
    local = True,
)
