# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times the GPU mask kernels beside a copy of the same bytes, and beside peers.

  python3 gpu_benchmark.py LIBRARY [--sizes 1e6,1e7,1e8] [--sparsity 0.8] [--side 8192]

LIBRARY is device_harness as a shared library; nothing else is needed. Where torch
or cupy can be imported, torch.kthvalue, torch.topk and cupy.partition are timed in
the same run on the same memory. They find a threshold or a list; the mask that
they would still have to write is not counted against them.

Inputs rotate, so that no size is measured in the cache. A time is the median over
batches of calls, by events of the stream. Output is Markdown.
"""

import argparse
import ctypes
import os
import statistics
import sys

FLOAT16, BFLOAT16, FLOAT32, FLOAT64 = range(4)
AVERAGE, MAX = range(2)
_ROTATED_BYTES = 256 * 2**20  # several times the cache of any GPU


class Gpu(object):
  """The C functions of device_harness.h, errors raised."""

  def __init__(self, path):
    self._library = ctypes.CDLL(os.path.abspath(path))
    for name, result, arguments in (
      ('allocate', ctypes.c_void_p, 'z'),
      ('block_mask', ctypes.c_int, 'iipplppzpp'),
      ('block_scratch', ctypes.c_size_t, 'iip'),
      ('copy', ctypes.c_int, 'ppzp'),
      ('description', ctypes.c_char_p, ''),
      ('devices', ctypes.c_int, 'p'),
      ('download', ctypes.c_int, 'ppz'),
      ('elapsed_ms', ctypes.c_float, ''),
      ('error', ctypes.c_char_p, 'i'),
      ('fill_normal', ctypes.c_int, 'pll'),
      ('free', ctypes.c_int, 'p'),
      ('m_by_n_mask', ctypes.c_int, 'ippppzpp'),
      ('m_by_n_scratch', ctypes.c_size_t, ''),
      ('magnitude_mask', ctypes.c_int, 'ipllppzpp'),
      ('magnitude_scratch', ctypes.c_size_t, 'l'),
      ('mark', ctypes.c_int, 'ip'),
      ('pack_mask', ctypes.c_int, 'plpp'),
      ('wait', ctypes.c_int, 'p'),
    ):
      function = getattr(self._library, 'tfmot_gpu_' + name)
      function.restype = result
      function.argtypes = [_TYPES[letter] for letter in arguments]
      setattr(self, name, function)

  def check(self, code):
    if code != 0:
      raise RuntimeError(
        'CUDA error {}: {}'.format(code, self.error(code).decode())
      )

  def memory(self, size):
    pointer = self.allocate(size)
    if not pointer:
      raise MemoryError('no GPU memory for {} bytes'.format(size))
    return pointer


_TYPES = {
  'i': ctypes.c_int,
  'l': ctypes.c_int64,
  'p': ctypes.c_void_p,
  'z': ctypes.c_size_t,
}


def optional(name):
  """The module, or None with a line that says why not."""
  try:
    return __import__(name)
  except Exception as error:  # A broken install must not stop the benchmark.
    print('{} is not compared with: {}'.format(name, error))
    return None


def median_ms(gpu, stream, call):
  """Milliseconds of call(i), i counting up."""
  calls = 0

  def batch(size):
    nonlocal calls
    gpu.check(gpu.mark(0, stream))
    for _ in range(size):
      call(calls)
      calls += 1
    gpu.check(gpu.mark(1, stream))
    elapsed = gpu.elapsed_ms()
    if elapsed < 0:
      raise RuntimeError('CUDA failed during a benchmark')
    return elapsed / size

  once = min(batch(1), batch(1))
  size = max(1, min(100, int(20 / max(once, 1e-3))))
  rounds = 3 if once > 200 else 9
  return statistics.median(batch(size) for _ in range(rounds))


class Weights(object):
  """Sets of n normal float32 weights, and room for what is computed of them."""

  def __init__(self, gpu, n):
    self.n = n
    sets = max(1, -(-_ROTATED_BYTES // (4 * n)))
    self.sets = [gpu.memory(4 * n) for _ in range(sets)]
    for seed, pointer in enumerate(self.sets):
      gpu.check(gpu.fill_normal(pointer, n, seed))
    self.copy = gpu.memory(4 * n)
    self.mask = gpu.memory(n)
    self.threshold = gpu.memory(8)
    self.scratch_bytes = gpu.magnitude_scratch(n)
    self.scratch = gpu.memory(self.scratch_bytes)
    self._gpu = gpu

  def at(self, i):
    return self.sets[i % len(self.sets)]

  def free(self):
    for pointer in self.sets + [
      self.copy,
      self.mask,
      self.threshold,
      self.scratch,
    ]:
      self._gpu.check(self._gpu.free(pointer))


def count_kept(gpu, weights):
  gpu.check(gpu.wait(None))
  mask = ctypes.create_string_buffer(weights.n)
  gpu.check(gpu.download(mask, weights.mask, weights.n))
  return mask.raw.count(b'\x01')


def magnitude_call(gpu, weights, keep, form=FLOAT32, count=None):
  count = weights.n if count is None else count

  def call(i):
    gpu.check(
      gpu.magnitude_mask(
        form,
        weights.at(i),
        count,
        keep,
        None,
        weights.scratch,
        weights.scratch_bytes,
        weights.mask,
        weights.threshold,
      )
    )

  return call


def peers(torch, cupy, weights, keep):
  """Yields (name, call) of what else finds the keep-th largest of |weights|."""
  n = weights.n
  if torch is not None:
    magnitudes = torch.randn(n, device='cuda').abs_()
    yield (
      'torch.kthvalue',
      lambda i: torch.kthvalue(magnitudes, n - keep + 1),
    )
    yield (
      'torch.topk',
      lambda i: torch.topk(magnitudes, keep, sorted=False),
    )
    del magnitudes
    torch.cuda.empty_cache()
  if cupy is not None:
    magnitudes = cupy.abs(cupy.random.standard_normal(n, dtype=cupy.float32))
    yield 'cupy.partition', lambda i: cupy.partition(magnitudes, n - keep)
    del magnitudes
    cupy.get_default_memory_pool().free_all_blocks()


def compare(gpu, torch, cupy, sizes, sparsity):
  """The table of the issue: ours, a copy, and peers, for float32."""
  print(
    '\nfloat32, sparsity {:g}. "of the copy": bandwidth, counting two reads of '
    'the weights and one write of the mask, as a share of that of a device to '
    'device copy of the weights (one read, one write).\n'.format(sparsity)
  )
  print('| weights | what | ms | GB/s | of the copy | times ours |')
  print('|---|---|---|---|---|---|')
  for n in sizes:
    weights = Weights(gpu, n)
    keep = max(1, round(n * (1 - sparsity)))
    copy = median_ms(
      gpu,
      None,
      lambda i: gpu.check(gpu.copy(weights.copy, weights.at(i), 4 * n, None)),
    )
    call = magnitude_call(gpu, weights, keep)
    ours = median_ms(gpu, None, call)
    kept = count_kept(gpu, weights)
    if kept != keep:
      raise AssertionError('kept {} of {}, not {}'.format(kept, n, keep))
    share = (9 * n / ours) / (8 * n / copy)
    row = '| {:.0e} | {} | {:.4f} | {} | {} | {:.1f} |'
    print(row.format(n, 'copy', copy, round(8e-6 * n / copy), '', copy / ours))
    print(
      row.format(
        n,
        'mask (ours)',
        ours,
        round(9e-6 * n / ours),
        '{:.0%}'.format(share),
        1.0,
      )
    )
    for name, peer in peers(torch, cupy, weights, keep):
      try:
        # Legacy default stream for all: that is where torch and cupy work.
        ms = median_ms(gpu, None, peer)
      except Exception as error:  # A peer's limits are not ours.
        print('| {:.0e} | {} | failed: {} | | | |'.format(n, name, error))
        continue
      print(row.format(n, name, ms, '', '', ms / ours))
    print(
      '| {:.0e} | scratch | {} bytes, {:.3%} of the weights | | | |'.format(
        n, weights.scratch_bytes, weights.scratch_bytes / (4 * n)
      )
    )
    weights.free()
    sys.stdout.flush()


def other_inputs(gpu, torch, n, sparsity):
  """Other formats and inputs that are harder than normal float32."""
  if torch is None:
    return
  print('\nOther inputs, {:.0e} weights, sparsity {:g}.\n'.format(n, sparsity))
  print('| weights | mask, ms | copy, ms | of the copy |')
  print('|---|---|---|---|')
  keep = max(1, round(n * (1 - sparsity)))
  normal = torch.randn(n, device='cuda')
  inputs = (
    ('float16', FLOAT16, lambda: normal.half()),
    ('bfloat16', BFLOAT16, lambda: normal.bfloat16()),
    ('float64', FLOAT64, lambda: normal.double()),
    ('90 % zeros', FLOAT32, lambda: normal * (torch.rand_like(normal) < 0.1)),
    ('constant', FLOAT32, lambda: torch.full_like(normal, 0.5)),
    ('sorted', FLOAT32, lambda: normal.abs().sort().values),
    ('heavy tail', FLOAT32, lambda: normal * torch.exp2(3 * normal)),
  )
  for name, form, make in inputs:
    values = make().contiguous()
    size = values.element_size()
    copy = torch.empty_like(values)
    mask = torch.empty(n, dtype=torch.uint8, device='cuda')
    threshold = torch.empty(8, dtype=torch.uint8, device='cuda')
    scratch_bytes = gpu.magnitude_scratch(n)
    scratch = torch.empty(scratch_bytes, dtype=torch.uint8, device='cuda')
    torch.cuda.synchronize()
    ours = median_ms(
      gpu,
      None,
      lambda i: gpu.check(
        gpu.magnitude_mask(
          form,
          values.data_ptr(),
          n,
          keep,
          None,
          scratch.data_ptr(),
          scratch_bytes,
          mask.data_ptr(),
          threshold.data_ptr(),
        )
      ),
    )
    if int(mask.sum()) != keep:
      raise AssertionError('{}: kept {}'.format(name, int(mask.sum())))
    floor = median_ms(
      gpu,
      None,
      lambda i: gpu.check(
        gpu.copy(copy.data_ptr(), values.data_ptr(), size * n, None)
      ),
    )
    share = ((2 * size + 1) * n / ours) / (2 * size * n / floor)
    print('| {} | {:.4f} | {:.4f} | {:.0%} |'.format(name, ours, floor, share))
    del values, copy, mask
  sys.stdout.flush()


def structured(gpu, side, sparsity):
  """Block masks, m of n and packing of a square matrix."""
  n = side * side
  weights = Weights(gpu, n)
  print('\nStructured, float32, {0} x {0}.\n'.format(side))
  print('| mask | ms | GB/s, counting one read and one write of the mask |')
  print('|---|---|---|')
  for name, pooling, height, width in (
    ('4 x 4 AVG', AVERAGE, 4, 4),
    ('16 x 1 MAX', MAX, 16, 1),
    ('1 x 16 AVG', AVERAGE, 1, 16),
    ('1 x 4 AVG', AVERAGE, 1, 4),
    ('32 x 32 AVG', AVERAGE, 32, 32),
  ):
    grid = (ctypes.c_int64 * 5)(1, side, side, height, width)
    blocks = -(-side // height) * -(-side // width)
    keep = max(1, round(blocks * (1 - sparsity)))
    scratch_bytes = gpu.block_scratch(FLOAT32, pooling, grid)
    scratch = gpu.memory(scratch_bytes)
    ms = median_ms(
      gpu,
      None,
      lambda i: gpu.check(
        gpu.block_mask(
          FLOAT32,
          pooling,
          grid,
          weights.at(i),
          keep,
          None,
          scratch,
          scratch_bytes,
          weights.mask,
          weights.threshold,
        )
      ),
    )
    gpu.check(gpu.free(scratch))
    print('| {} | {:.4f} | {} |'.format(name, ms, round(5e-6 * n / ms)))
  groups = (ctypes.c_int64 * 5)(1, side, side, 4, 2)
  ms = median_ms(
    gpu,
    None,
    lambda i: gpu.check(
      gpu.m_by_n_mask(
        FLOAT32,
        groups,
        weights.at(i),
        None,
        weights.scratch,
        weights.scratch_bytes,
        weights.mask,
        weights.threshold,
      )
    ),
  )
  print('| 2 of 4 | {:.4f} | {} |'.format(ms, round(5e-6 * n / ms)))
  ms = median_ms(
    gpu,
    None,
    lambda i: gpu.check(gpu.pack_mask(weights.mask, n, None, weights.copy)),
  )
  print('| pack to bits | {:.4f} | {} |'.format(ms, round(1.125e-6 * n / ms)))
  weights.free()


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument('library')
  parser.add_argument('--sizes', default='1e6,1e7,1e8')
  parser.add_argument('--sparsity', type=float, default=0.8)
  parser.add_argument('--side', type=int, default=8192)
  options = parser.parse_args()
  sizes = [int(float(size)) for size in options.sizes.split(',')]
  gpu = Gpu(options.library)
  why = ctypes.c_char_p()
  if gpu.devices(ctypes.byref(why)) == 0:
    print('SKIPPED: the benchmark needs a CUDA device: ' + why.value.decode())
    return
  print(gpu.description().decode())
  torch = optional('torch')
  cupy = optional('cupy')
  if torch is not None:
    print('torch {}, CUDA {}'.format(torch.__version__, torch.version.cuda))
    if not torch.cuda.is_available():
      print('torch is not compared with: it sees no GPU')
      torch = None
  if cupy is not None:
    print('cupy {}'.format(cupy.__version__))
  compare(gpu, torch, cupy, sizes, options.sparsity)
  other_inputs(gpu, torch, max(sizes), options.sparsity)
  structured(gpu, options.side, options.sparsity)


if __name__ == '__main__':
  main()
