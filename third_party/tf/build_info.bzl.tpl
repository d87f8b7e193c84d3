"""How the TensorFlow of the row was built (written by tf_configure.bzl)."""

TF_VERSION = "%{version}"
TF_PYTHON_VERSION = "%{python_version}"

# Flags for code that uses TensorFlow's C++ API and so must match its build. Code on the
# C API needs none of them.
TF_CXX_COPTS = [
    "-D_GLIBCXX_USE_CXX11_ABI=%{abi_flag}",
    "-std=%{cxx_standard}",
]
