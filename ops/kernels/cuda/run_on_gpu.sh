#!/bin/bash
# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Everything that only a GPU can prove, in one call: parity with the CPU kernels,
# compute-sanitizer, and the benchmark. Needs nvcc and g++, or what an earlier
# call built; no TensorFlow, no network. Run it in the repository's root:
#
#   ops/kernels/cuda/run_on_gpu.sh [REPORT.md]
#
# TFMOT_GPU_BUILD=FOLDER           where to build; default: gpu_build
# TFMOT_GPU_PREBUILT=1             build nothing, use what is in FOLDER
# TFMOT_CUDA_ARCHITECTURES=80,90   what to compile for; default: this GPU, else 90
#
# Exit code 0: all that could run has passed (without a device nothing can, and
# the report says so); anything else: something failed.

set -u
cd "$(dirname "$0")/../../.." || exit 1
report=${1:-gpu_report.md}
build=${TFMOT_GPU_BUILD:-gpu_build}
failures=0

# Where CUDA keeps its tools, in case PATH does not say.
PATH=$PATH:/usr/local/cuda/bin:/usr/local/cuda/compute-sanitizer

say() { echo "== $*" >&2; }

architectures() {
  if [ -n "${TFMOT_CUDA_ARCHITECTURES:-}" ]; then
    echo "$TFMOT_CUDA_ARCHITECTURES" | tr ',' ' '
    return
  fi
  local seen
  seen=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null |
    tr -d . | sort -u)
  case "$seen" in
    "" | *[!0-9$'\n']*) echo 90 ;;
    *) echo $seen ;;
  esac
}

build_all() {
  local nvcc=${TFMOT_NVCC:-nvcc}
  if ! command -v "$nvcc" >/dev/null; then
    say "No CUDA: nvcc was not found. Remedy: put it on PATH, or set TFMOT_NVCC."
    return 1
  fi
  mkdir -p "$build" || return 1
  local flags=() name
  for name in $(architectures); do
    flags+=("-gencode=arch=compute_$name,code=sm_$name")
  done
  say "building for ${flags[*]}"
  # Each source by itself, side by side.
  local sources=(ops/kernels/cuda/*_cuda.cu
    ops/kernels/cuda/testing/device_harness.cu) source objects=() jobs=()
  for source in "${sources[@]}"; do
    "$nvcc" -std=c++17 -O3 -lineinfo -fmad=false "${flags[@]}" -I. \
      --compiler-options=-fPIC,-fvisibility=hidden \
      -c "$source" -o "$build/$(basename "$source").o" &
    jobs+=($!)
    objects+=("$build/$(basename "$source").o")
  done
  local cpu=()
  for source in ops/kernels/*.cc; do
    case "$source" in *_test.cc | *_benchmark.cc) continue ;; esac
    g++ -std=c++17 -O3 -fPIC -ffp-contract=off -I. -c "$source" \
      -o "$build/$(basename "$source").o" &
    jobs+=($!)
    cpu+=("$build/$(basename "$source").o")
  done
  local job
  for job in "${jobs[@]}"; do wait "$job" || return 1; done
  # The architecture is named again: nvcc links for its default one otherwise.
  "$nvcc" "${flags[@]}" -shared -cudart static "${objects[@]}" \
    -o "$build/libtfmot_gpu.so" &&
    g++ -std=c++17 -O3 -ffp-contract=off -I. -c \
      ops/kernels/cuda/testing/device_parity.cc -o "$build/device_parity.o" &&
    "$nvcc" "${flags[@]}" -cudart static "$build/device_parity.o" \
      "${objects[@]}" "${cpu[@]}" -lpthread -o "$build/device_parity"
}

# stage TITLE COMMAND...: runs it and puts its output into the report.
stage() {
  local title=$1 code start=$SECONDS
  shift
  say "$title: $*"
  { echo; echo "## $title"; echo; echo "    $*"; echo; echo '```'; } >>"$report"
  "$@" >"$build/stage.log" 2>&1
  code=$?
  tee -a "$report" <"$build/stage.log" >&2
  { echo '```'; echo; echo "Exit code $code, $((SECONDS - start)) s."; } \
    >>"$report"
  if [ "$code" != 0 ]; then
    failures=$((failures + 1))
    say "FAILED: $title (exit code $code)"
  fi
}

if [ -z "${TFMOT_GPU_PREBUILT:-}" ]; then
  build_all || { say "FAILED: the build"; exit 1; }
fi
for file in device_parity libtfmot_gpu.so; do
  [ -e "$build/$file" ] || { say "FAILED: $build/$file is not there"; exit 1; }
done

{
  echo "# GPU report"
  echo
  echo "Made by \`ops/kernels/cuda/run_on_gpu.sh\` on $(date -u +%Y-%m-%d)," \
    "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)."
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader \
    2>/dev/null | sed 's/^/\n    /'
} >"$report"

parity="$build/device_parity"
stage "Parity with the CPU kernels" "$parity"
if grep -q '^SKIPPED' "$build/stage.log"; then
  say "NOT RUN: sanitizer and benchmark: there is no CUDA device."
  printf '\nNOT RUN: sanitizer and benchmark: there is no CUDA device.\n' \
    >>"$report"
else
  if command -v compute-sanitizer >/dev/null; then
    for tool in memcheck racecheck synccheck; do
      stage "compute-sanitizer $tool" \
        compute-sanitizer --tool "$tool" --error-exitcode 9 "$parity" --short
    done
  else
    say "NOT RUN: compute-sanitizer is not on PATH."
    printf '\nNOT RUN: compute-sanitizer is not on PATH.\n' >>"$report"
  fi
  stage "Benchmark" python3 ops/kernels/cuda/testing/gpu_benchmark.py \
    "$build/libtfmot_gpu.so"
fi
say "$failures stages failed; report: $report"
[ "$failures" = 0 ]
