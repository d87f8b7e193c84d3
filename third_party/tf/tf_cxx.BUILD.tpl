# BUILD file of @local_config_tf//cxx.
package(default_visibility = ["//visibility:public"])

licenses(["notice"])  # Apache 2.0

cc_library(
    name = "tf_headers",
    hdrs = glob(
        ["include/**/*"],
        # TensorFlow 1.14 has a compiled Python module among its headers.
        exclude = ["include/**/*.so"],
    ),
    # Strings cross the border to TensorFlow, so both sides must lay them out alike.
    defines = ["_GLIBCXX_USE_CXX11_ABI=%{abi_flag}"],
    includes = ["include"],
)
