// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_TESTING_REPLAY_RNG_H_
#define OPS_KERNELS_TESTING_REPLAY_RNG_H_

#include <stdint.h>
#include <stdlib.h>

#include <chrono>  // NOLINT
#include <random>
#include <string>

namespace tfmot {
namespace testing {

// A random generator for tests that can say how to repeat what it did.
class ReplayRng {
 public:
  explicit ReplayRng(uint64_t seed) : seed_(seed), engine_(seed) {}

  uint64_t Bits() { return engine_(); }
  // Uniform in [0, bound). REQUIRES: bound >= 1.
  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(engine_() % static_cast<uint64_t>(bound));
  }
  // Uniform in [0, 1).
  double Uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double Normal() { return normal_(engine_); }

  // What a failing test prints.
  std::string HowToReplay() const {
    return "To replay this case alone: bazel test --test_env=TFMOT_TEST_SEED=" +
           std::to_string(seed_) +
           " TARGET, or set TFMOT_TEST_SEED=" + std::to_string(seed_) +
           " and run the test binary.";
  }

 private:
  uint64_t seed_;
  std::mt19937_64 engine_;
  std::normal_distribution<double> normal_;
};

// How many cases a long sweep shall have, from TFMOT_TEST_CASES; 0 for a short
// one, as each run of the tests makes it.
inline int64_t LongSweepCases() {
  const char* cases = getenv("TFMOT_TEST_CASES");
  return cases == nullptr ? 0 : strtoll(cases, nullptr, 10);
}

// Calls body(ReplayRng*) with a new seed again and again for about `seconds`,
// or for LongSweepCases() cases, until it answers false. With TFMOT_TEST_SEED
// set it runs that seed once.
template <typename Body>
void RunRandomSweep(double seconds, Body body) {
  const char* replay = getenv("TFMOT_TEST_SEED");
  if (replay != nullptr && *replay != '\0') {
    ReplayRng rng(strtoull(replay, nullptr, 10));
    body(&rng);
    return;
  }
  std::random_device device;
  const auto start = std::chrono::steady_clock::now();
  std::chrono::duration<double> elapsed;
  const int64_t cases = LongSweepCases();
  int64_t done = 0;
  do {
    ReplayRng rng((uint64_t{device()} << 32) | device());
    if (!body(&rng)) return;
    ++done;
    elapsed = std::chrono::steady_clock::now() - start;
  } while (cases > 0 ? done < cases : elapsed.count() < seconds);
}

}  // namespace testing
}  // namespace tfmot

#endif  // OPS_KERNELS_TESTING_REPLAY_RNG_H_
