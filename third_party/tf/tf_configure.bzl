# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""@local_config_tf: the TensorFlow of the chosen row, as C++ libraries.

The interpreter of the row says where its TensorFlow keeps headers and library
and how it was compiled (tensorflow_facts.py). Only targets that depend on this
repository need TensorFlow to be there.
"""

load("//third_party/python:python_configure.bzl", "INTERPRETER_ENVIRON", "find_interpreter")

_REMEDY = "Remedy: ./dev setup (makes the virtualenvs of ci/matrix.json), or set TFMOT_PYTHON to an interpreter that has TensorFlow."

def _tf_configure_impl(repository_ctx):
    interpreter = find_interpreter(repository_ctx)
    asked = repository_ctx.execute(
        [interpreter, "-B", repository_ctx.path(Label("//third_party/tf:tensorflow_facts.py"))],
        environment = {
            "CUDA_VISIBLE_DEVICES": "-1",  # Facts need no GPU, and a driver start costs seconds.
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        timeout = 300,
    )
    if asked.return_code != 0:
        fail("\nThis target needs TensorFlow, and %s cannot tell where it is:\n%s\n%s" % (
            interpreter,
            asked.stderr.strip(),
            _REMEDY,
        ))
    facts = json.decode(asked.stdout)

    repository_ctx.symlink(facts["include_dir"], "include")
    repository_ctx.symlink(facts["include_dir"], "cxx/include")
    repository_ctx.symlink(facts["framework_library"], "lib/" + facts["framework_name"])
    substitutions = {
        "%{abi_flag}": str(facts["abi_flag"]),
        "%{cxx_standard}": facts["cxx_standard"],
        "%{framework_name}": facts["framework_name"],
        "%{python_version}": facts["python_version"],
        "%{registration}": facts["registration"],
        "%{version}": facts["version"],
    }
    for template, out in [("tf.BUILD.tpl", "BUILD"), ("tf_cxx.BUILD.tpl", "cxx/BUILD")]:
        repository_ctx.template(out, Label("//third_party/tf:" + template), substitutions, False)
    repository_ctx.file("loaded_by.txt", facts["loaded_by"], False)
    repository_ctx.file("minor_version.txt", ".".join(facts["version"].split(".")[:2]), False)

tf_configure = repository_rule(
    implementation = _tf_configure_impl,
    configure = True,
    doc = "Makes @local_config_tf from the TensorFlow that the row's interpreter imports.",
    environ = INTERPRETER_ENVIRON,
    local = True,
)
