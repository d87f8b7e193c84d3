# BUILD file of @local_config_cuda.
load("@tfmot//third_party/cuda:cuda_objects.bzl", "cuda_toolkit")

package(default_visibility = ["//visibility:public"])

licenses(["notice"])

cuda_toolkit(
    name = "toolkit",
    architecture_flags = %{architecture_flags},
    nvcc = %{nvcc},
    problem = %{problem},
)

# The CUDA runtime becomes part of what links it: nothing has to be installed where
# that is used but the driver, without which it still loads.
cc_library(
    name = "cudart",
    srcs = %{cudart},
    linkopts = [
        "-ldl",
        "-lpthread",
        "-lrt",
    ],
)
