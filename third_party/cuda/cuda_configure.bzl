# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0

"""@local_config_cuda: nvcc and the CUDA runtime, or why there is none.

nvcc is looked for where TFMOT_NVCC says, else in CUDA_HOME, on PATH, and in
/usr/local/cuda. Without one, only targets that are compiled with it fail, and say
so. Nothing else of CUDA is needed: neither TensorFlow's nor a driver.
"""

# Volta to Hopper, as far as nvcc goes: CUDA 13 has left Volta (70) out. The last
# one is there as PTX too, which the driver of a newer GPU compiles.
_ARCHITECTURES = ["70", "75", "80", "86", "89", "90"]

_ENVIRON = ["CUDA_HOME", "PATH", "TFMOT_CUDA_ARCHITECTURES", "TFMOT_NVCC"]

_REMEDY = "Remedy: install the CUDA toolkit, or set TFMOT_NVCC to the nvcc of one. Without --config=cuda nothing needs it."

def _find_nvcc(repository_ctx):
    """Returns (path of nvcc, None), or (None, what is missing)."""
    environ = repository_ctx.os.environ
    if environ.get("TFMOT_NVCC"):
        path = repository_ctx.path(environ["TFMOT_NVCC"])
        if not path.exists:
            return None, "TFMOT_NVCC names no file. Received: TFMOT_NVCC=%s." % path
        return path, None
    found = repository_ctx.which("nvcc")
    for path in [
        repository_ctx.path(environ["CUDA_HOME"] + "/bin/nvcc") if environ.get("CUDA_HOME") else None,
        found,
        repository_ctx.path("/usr/local/cuda/bin/nvcc"),
    ]:
        if path and path.exists:
            return path, None
    return None, "nvcc is neither in CUDA_HOME nor on PATH nor in /usr/local/cuda/bin."

def _toolkit_folder(repository_ctx, nvcc):
    """Returns the folder with CUDA's include/ and lib/, as nvcc itself tells."""
    dry = repository_ctx.execute([nvcc, "-x", "cu", "--dryrun", "/dev/null"])
    for line in dry.stderr.splitlines():
        if line.startswith("#$ TOP="):
            top = line[len("#$ TOP="):]
            return top if top.startswith("/") else "%s/%s" % (nvcc.dirname, top)
    return nvcc.realpath.dirname.dirname

def _runtime_library(repository_ctx, folder):
    for libraries in ["lib64", "lib", "targets/x86_64-linux/lib"]:
        path = repository_ctx.path("%s/%s/libcudart_static.a" % (folder, libraries))
        if path.exists:
            return path
    return None

def _architectures(repository_ctx, nvcc):
    """Returns the architectures to compile for: those that nvcc knows."""
    wanted = _ARCHITECTURES
    if repository_ctx.os.environ.get("TFMOT_CUDA_ARCHITECTURES"):
        wanted = repository_ctx.os.environ["TFMOT_CUDA_ARCHITECTURES"].split(",")
    known = repository_ctx.execute([nvcc, "--list-gpu-code"]).stdout.split("\n")
    missing = [name for name in wanted if "sm_" + name not in known]
    if missing:
        # buildifier: disable=print
        print("This nvcc does not know sm_%s: the library will not run there." % ", sm_".join(missing))
    return [name for name in wanted if name not in missing]

def _cuda_configure_impl(repository_ctx):
    problem, flags, cudart = None, [], None
    nvcc, problem = _find_nvcc(repository_ctx)
    if not problem:
        folder = _toolkit_folder(repository_ctx, nvcc)
        library = _runtime_library(repository_ctx, folder)
        architectures = _architectures(repository_ctx, nvcc)
        if not library:
            problem = "%s has no libcudart_static.a in %s." % (nvcc, folder)
        elif not architectures:
            problem = "%s knows none of the architectures that are wanted." % nvcc
        else:
            repository_ctx.symlink(library, "libcudart_static.a")
            cudart = "libcudart_static.a"
            last = architectures[-1]
            flags = [
                "-gencode=arch=compute_%s,code=sm_%s" % (name, name)
                for name in architectures
            ] + ["-gencode=arch=compute_%s,code=compute_%s" % (last, last)]
    repository_ctx.template("BUILD", Label("//third_party/cuda:cuda.BUILD.tpl"), {
        "%{architecture_flags}": repr(flags),
        "%{cudart}": repr([cudart] if cudart else []),
        "%{nvcc}": repr(str(nvcc or "")),
        "%{problem}": repr("No CUDA: %s %s" % (problem, _REMEDY) if problem else ""),
    }, False)

cuda_configure = repository_rule(
    implementation = _cuda_configure_impl,
    configure = True,
    doc = "Makes @local_config_cuda from the nvcc of this machine, if it has one.",
    environ = _ENVIRON,
    local = True,
)
