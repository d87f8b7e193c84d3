# BUILD file of @local_config_tf: TensorFlow %{version} on Python %{python_version}.
package(default_visibility = ["//visibility:public"])

licenses(["notice"])  # Apache 2.0

# Every header. They are many thousands and take Bazel ten seconds to list, hence
# the package of their own; code on the C API takes :tf_c_headers.
alias(
    name = "tf_headers",
    actual = "//cxx:tf_headers",
)

# The headers that tensorflow/c/{kernels,ops}.h reach, on any TensorFlow.
cc_library(
    name = "tf_c_headers",
    hdrs = glob(
        [
            "include/tensorflow/c/**/*.h",
            "include/tensorflow/core/common_runtime/next_pluggable_device/c/*.h",
            "include/tensorflow/core/platform/ctstring*.h",
            "include/tsl/c/*.h",
            "include/tsl/platform/*.h",
            "include/xla/tsl/c/*.h",
        ],
        allow_empty = True,
    ),
    includes = ["include"],
)

# The library that holds the op registry. Every TensorFlow process has it loaded
# already; linking names it in DT_NEEDED.
cc_library(
    name = "tf_framework",
    srcs = ["lib/%{framework_name}"],
)

# The file itself, for those who link without Bazel's C++ rules.
filegroup(
    name = "tf_framework_file",
    srcs = ["lib/%{framework_name}"],
)
