# BUILD file of @local_config_tf: TensorFlow %{version} on Python %{python_version}.
load("@tfmot//third_party/tf:tf_fact.bzl", "tf_fact")

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

# --- How this TensorFlow was built, for select() ----------------------------

# Which registration of the ops it takes: "stable" or "cxx".
tf_fact(
    name = "registration",
    build_setting_default = "%{registration}",
)

config_setting(
    name = "takes_stable_registration",
    flag_values = {":registration": "stable"},
)

# The language of its headers. Code on the C API need not follow it.
tf_fact(
    name = "cxx_standard",
    build_setting_default = "%{cxx_standard}",
)

[
    config_setting(
        name = "is_" + standard,
        flag_values = {":cxx_standard": standard.replace("cxx", "c++")},
    )
    for standard in [
        "cxx11",
        "cxx14",
        "cxx17",
        "cxx20",
    ]
]

# A file with the versions that load what is built here, as library_seal.py takes
# them: ">=2.6", or "==1.14".
exports_files([
    "loaded_by.txt",
    # Such as "2.21".
    "minor_version.txt",
])
