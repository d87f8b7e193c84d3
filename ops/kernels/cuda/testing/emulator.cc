// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// longjmp between stacks is what fibers are made of; glibc's fortified longjmp
// takes it for a mistake.
#undef _FORTIFY_SOURCE

#include "ops/kernels/cuda/testing/emulator.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace tfmot {
namespace device {
namespace {

const int kWarp = 32;
const size_t kStackBytes = 128 * 1024;
const size_t kSharedBytes = 48 * 1024;  // what every GPU gives a block

enum FiberState { kReady, kAtBarrier, kAtWarpBarrier, kDone };

struct Fiber {
  std::unique_ptr<char[]> stack;
  jmp_buf place;
  bool started = false;
  FiberState state = kDone;
  uint64_t shuffled = 0;
  void* fake_stack = nullptr;
};

struct Machine {
  Emulation emulation = {kForward, 0, 2, -1};
  int launches = 0;
  std::vector<std::unique_ptr<Fiber>> fibers;
  const std::function<void()>* thread = nullptr;
  int threads = 0;
  int current = 0;
  int block = 0;
  int blocks = 0;
  jmp_buf scheduler;
  void* scheduler_fake_stack = nullptr;
  const void* scheduler_stack = nullptr;
  size_t scheduler_stack_bytes = 0;
  alignas(64) unsigned char shared[kSharedBytes];
};

Machine* machine() {
  static Machine* const the_machine = new Machine;
  return the_machine;
}

// The address sanitizer wants to know which stack is in use.
void BeforeSwitch(void** fake_stack, const void* stack, size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(fake_stack, stack, bytes);
#else
  (void)fake_stack, (void)stack, (void)bytes;
#endif
}
void AfterSwitch(void* fake_stack, const void** stack, size_t* bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake_stack, stack, bytes);
#else
  (void)fake_stack, (void)stack, (void)bytes;
#endif
}

// Gives the turn back to the scheduler until this thread's next turn.
void Wait(FiberState state) {
  Machine* m = machine();
  Fiber* fiber = m->fibers[m->current].get();
  fiber->state = state;
  if (_setjmp(fiber->place) == 0) {
    BeforeSwitch(&fiber->fake_stack, m->scheduler_stack,
                 m->scheduler_stack_bytes);
    _longjmp(m->scheduler, 1);
  }
  AfterSwitch(fiber->fake_stack, nullptr, nullptr);
}

// A fiber runs one thread after the other and never returns.
void FiberMain() {
  Machine* m = machine();
  AfterSwitch(nullptr, &m->scheduler_stack, &m->scheduler_stack_bytes);
  for (;;) {
    (*m->thread)();
    Wait(kDone);
  }
}

void Resume(int index) {
  Machine* m = machine();
  Fiber* fiber = m->fibers[index].get();
  m->current = index;
  if (_setjmp(m->scheduler) == 0) {
    BeforeSwitch(&m->scheduler_fake_stack, fiber->stack.get(), kStackBytes);
    if (fiber->started) _longjmp(fiber->place, 1);
    fiber->started = true;
    ucontext_t context;
    getcontext(&context);
    context.uc_stack.ss_sp = fiber->stack.get();
    context.uc_stack.ss_size = kStackBytes;
    context.uc_link = nullptr;
    makecontext(&context, FiberMain, 0);
    setcontext(&context);
  }
  AfterSwitch(m->scheduler_fake_stack, nullptr, nullptr);
}

std::vector<int> Order(int count, std::mt19937_64* random) {
  std::vector<int> order(count);
  for (int i = 0; i < count; ++i) order[i] = i;
  const EmulatedOrder how = machine()->emulation.order;
  if (how == kBackward) std::reverse(order.begin(), order.end());
  if (how == kShuffled) std::shuffle(order.begin(), order.end(), *random);
  return order;
}

// Lets all of [begin, end) go on if all wait for the same.
bool Release(int begin, int end, FiberState state) {
  Machine* m = machine();
  for (int i = begin; i < end; ++i) {
    if (m->fibers[i]->state != state) return false;
  }
  for (int i = begin; i < end; ++i) m->fibers[i]->state = kReady;
  return true;
}

void RunBlock(std::mt19937_64* random) {
  Machine* m = machine();
  memset(m->shared, 0xa5, sizeof(m->shared));
  for (int i = 0; i < m->threads; ++i) m->fibers[i]->state = kReady;
  const std::vector<int> order = Order(m->threads, random);
  for (;;) {
    bool progress = false;
    int done = 0;
    for (const int i : order) {
      if (m->fibers[i]->state == kReady) {
        Resume(i);
        progress = true;
      }
      if (m->fibers[i]->state == kDone) ++done;
    }
    if (done == m->threads) return;
    for (int warp = 0; warp < m->threads; warp += kWarp) {
      progress |=
          Release(warp, std::min(warp + kWarp, m->threads), kAtWarpBarrier);
    }
    progress |= Release(0, m->threads, kAtBarrier);
    if (!progress) {
      fprintf(stderr,
              "Emulator: some threads of block %d wait for others that "
              "wait elsewhere or have returned.\n",
              m->block);
      abort();
    }
  }
}

}  // namespace

void SetEmulation(const Emulation& emulation) {
  machine()->emulation = emulation;
  machine()->launches = 0;
}

int EmulatedLaunches() { return machine()->launches; }

bool TakeLaunch() {
  Machine* m = machine();
  return m->launches++ != m->emulation.refused_launch;
}

void RunGrid(int blocks, int threads, const std::function<void()>& thread) {
  Machine* m = machine();
  if (blocks < 1 || threads < 1 || threads > 1024 || threads % kWarp != 0) {
    fprintf(stderr, "Emulator: no grid of %d blocks of %d threads.\n", blocks,
            threads);
    abort();
  }
  while (m->fibers.size() < static_cast<size_t>(threads)) {
    m->fibers.emplace_back(new Fiber);
    m->fibers.back()->stack.reset(new char[kStackBytes]);
  }
  m->thread = &thread;
  m->threads = threads;
  m->blocks = blocks;
  std::mt19937_64 random(m->emulation.seed);
  for (const int block : Order(blocks, &random)) {
    m->block = block;
    RunBlock(&random);
  }
}

int ThreadIndex() { return machine()->current; }
int BlockIndex() { return machine()->block; }
int GridBlocks() { return machine()->blocks; }
int MultiprocessorCount() { return machine()->emulation.multiprocessors; }

void* SharedMemory(size_t bytes) {
  if (bytes > kSharedBytes) {
    fprintf(stderr, "Emulator: %zu bytes of shared memory are too many.\n",
            bytes);
    abort();
  }
  return machine()->shared;
}

void Barrier() { Wait(kAtBarrier); }

uint64_t ShuffleBits(uint64_t bits, int distance) {
  Machine* m = machine();
  const int self = m->current;
  m->fibers[self]->shuffled = bits;
  Wait(kAtWarpBarrier);
  const int lane = self % kWarp;
  const int from = lane + distance;
  const uint64_t result =
      m->fibers[from >= 0 && from < kWarp ? self + distance : self]->shuffled;
  Wait(kAtWarpBarrier);  // Until everybody has read.
  return result;
}

}  // namespace device
}  // namespace tfmot
