#!/bin/sh
# zig of the build virtualenv (stamp: %{stamp}).
if ! [ -x "%{interpreter}" ]; then
  echo "The portable op library needs zig, and %{interpreter} does not exist." >&2
  echo "Remedy: ./dev wheel (installs the pinned ziglang into .venvs/build)" >&2
  exit 1
fi
export ZIG_GLOBAL_CACHE_DIR="%{cache}" ZIG_LOCAL_CACHE_DIR="%{cache}"
exec "%{interpreter}" -m ziglang "$@"
