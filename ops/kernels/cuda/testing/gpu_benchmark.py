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


def median_ms(gpu, call):
  """Milliseconds of call(i), i counting up, on the default stream.

  That is where torch and cupy work as well.
  """
  calls = 0

  def batch(size):
    nonlocal calls
    gpu.check(gpu.mark(0, None))
    for _ in range(size):
      call(calls)
      calls += 1
    gpu.check(gpu.mark(1, None))
    elapsed = gpu.elapsed_ms()
    if elapsed < 0:
      raise RuntimeError('CUDA failed during a benchmark')
    return elapsed / size

  once = min(batch(1), batch(1))
  size = max(1, min(100, int(20 / max(once, 1e-3))))
  rounds = 3 if once > 200 else 9
  return statistics.median(batch(size) for _ in range(rounds))


class Weights(object):
  """Sets of n float32 weights of a normal distribution, and room for masks."""

  def __init__(self, gpu, n):
    self.n = n
    self._gpu = gpu
    sets = max(1, -(-_ROTATED_BYTES // (4 * n)))
    self._sets = [gpu.memory(4 * n) for _ in range(sets)]
    for seed, pointer in enumerate(self._sets):
      gpu.check(gpu.fill_normal(pointer, n, seed))
    self.copy = gpu.memory(4 * n)
    self.results = Results(gpu, n, gpu.magnitude_scratch(n))

  def at(self, i):
    return self._sets[i % len(self._sets)]

  def free(self):
    self.results.free()
    for pointer in self._sets + [self.copy]:
      self._gpu.check(self._gpu.free(pointer))


class Results(object):
  """Memory for the mask of n weights, and for what it takes to make it."""

  def __init__(self, gpu, n, scratch_bytes):
    self._gpu = gpu
    self._n = n
    self.mask = gpu.memory(n)
    self.threshold = gpu.memory(8)
    self.scratch_bytes = scratch_bytes
    self.scratch = gpu.memory(scratch_bytes)

  def arguments(self):
    """The last arguments of every mask function."""
    return self.scratch, self.scratch_bytes, self.mask, self.threshold

  def count_kept(self):
    self._gpu.check(self._gpu.wait(None))
    mask = ctypes.create_string_buffer(self._n)
    self._gpu.check(self._gpu.download(mask, self.mask, self._n))
    return mask.raw.count(b'\x01')

  def free(self):
    for pointer in (self.mask, self.threshold, self.scratch):
      self._gpu.check(self._gpu.free(pointer))


# `at(i)` in these functions is where the weights of the i-th call are.


def copy_ms(gpu, at, size, to):
  return median_ms(gpu, lambda i: gpu.check(gpu.copy(to, at(i), size, None)))


def magnitude_ms(gpu, form, at, n, keep, results):
  """Milliseconds of a magnitude mask; raises if it is not of the right size."""
  rest = results.arguments()
  ms = median_ms(
    gpu,
    lambda i: gpu.check(gpu.magnitude_mask(form, at(i), n, keep, None, *rest)),
  )
  kept = results.count_kept()
  if kept != keep:
    raise AssertionError('kept {} of {}, not {}'.format(kept, n, keep))
  return ms


def block_ms(gpu, pooling, sizes, at, sparsity):
  planes, rows, cols, height, width = sizes
  blocks = planes * -(-rows // height) * -(-cols // width)
  keep = max(1, round(blocks * (1 - sparsity)))
  grid = (ctypes.c_int64 * 5)(*sizes)
  results = Results(
    gpu, planes * rows * cols, gpu.block_scratch(FLOAT32, pooling, grid)
  )
  rest = results.arguments()
  ms = median_ms(
    gpu,
    lambda i: gpu.check(
      gpu.block_mask(FLOAT32, pooling, grid, at(i), keep, None, *rest)
    ),
  )
  results.free()
  return ms


def m_by_n_ms(gpu, sizes, at, results):
  groups = (ctypes.c_int64 * 5)(*sizes)
  rest = results.arguments()
  return median_ms(
    gpu,
    lambda i: gpu.check(gpu.m_by_n_mask(FLOAT32, groups, at(i), None, *rest)),
  )


def pack_ms(gpu, n, mask, bits):
  return median_ms(gpu, lambda i: gpu.check(gpu.pack_mask(mask, n, None, bits)))


def peers(torch, cupy, n, keep):
  """Yields (name, call) of what else finds the keep-th largest of |weights|."""
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
  """The table of the magnitude mask: ours, a copy, and peers."""
  print(
    '\nfloat32, sparsity {:g}. "of the copy": bandwidth, counting two reads of '
    'the weights and one write of the mask, as a share of that of a device to '
    'device copy of the weights (one read, one write).\n'.format(sparsity)
  )
  print('| weights | what | ms | GB/s | of the copy | times ours |')
  print('|---|---|---|---|---|---|')
  row = '| {:.0e} | {} | {:.4f} | {} | {} | {:.1f} |'
  for n in sizes:
    weights = Weights(gpu, n)
    keep = max(1, round(n * (1 - sparsity)))
    copy = copy_ms(gpu, weights.at, 4 * n, weights.copy)
    ours = magnitude_ms(gpu, FLOAT32, weights.at, n, keep, weights.results)
    share = '{:.0%}'.format((9 * n / ours) / (8 * n / copy))
    print(row.format(n, 'copy', copy, round(8e-6 * n / copy), '', copy / ours))
    print(row.format(n, 'mask (ours)', ours, round(9e-6 * n / ours), share, 1))
    for name, peer in peers(torch, cupy, n, keep):
      try:
        ms = median_ms(gpu, peer)
      except Exception as error:  # A peer's limits are not ours.
        print('| {:.0e} | {} | failed: {} | | | |'.format(n, name, error))
        continue
      print(row.format(n, name, ms, '', '', ms / ours))
    scratch = weights.results.scratch_bytes
    print(
      '| {:.0e} | scratch | {} bytes, {:.3%} of the weights | | | |'.format(
        n, scratch, scratch / (4 * n)
      )
    )
    weights.free()
    sys.stdout.flush()


def other_inputs(gpu, torch, n, sparsity):
  """Other formats and inputs that are harder than normal float32."""
  print('\nOther inputs, {:.0e} weights, sparsity {:g}.\n'.format(n, sparsity))
  print('| weights | mask, ms | copy, ms | of the copy |')
  print('|---|---|---|---|')
  keep = max(1, round(n * (1 - sparsity)))
  normal = torch.randn(n, device='cuda')
  results = Results(gpu, n, gpu.magnitude_scratch(n))
  for name, form, make in (
    ('float16', FLOAT16, lambda: normal.half()),
    ('bfloat16', BFLOAT16, lambda: normal.bfloat16()),
    ('float64', FLOAT64, lambda: normal.double()),
    ('90 % zeros', FLOAT32, lambda: normal * (torch.rand_like(normal) < 0.1)),
    ('constant', FLOAT32, lambda: torch.full_like(normal, 0.5)),
    ('sorted', FLOAT32, lambda: normal.abs().sort().values),
    ('heavy tail', FLOAT32, lambda: normal * torch.exp2(3 * normal)),
  ):
    values = make().contiguous()
    copy = torch.empty_like(values)
    torch.cuda.synchronize()
    at = _always(values.data_ptr())
    size = values.element_size()
    ours = magnitude_ms(gpu, form, at, n, keep, results)
    floor = copy_ms(gpu, at, size * n, copy.data_ptr())
    share = ((2 * size + 1) * n / ours) / (2 * size * n / floor)
    print('| {} | {:.4f} | {:.4f} | {:.0%} |'.format(name, ours, floor, share))
  results.free()
  sys.stdout.flush()


def _always(pointer):
  return lambda i: pointer


def structured(gpu, side, sparsity):
  """Block masks, m of n and packing of a square matrix."""
  n = side * side
  weights = Weights(gpu, n)
  print('\nStructured, float32, {0} x {0}.\n'.format(side))
  print('| mask | ms | GB/s, counting one read and one write of the mask |')
  print('|---|---|---|')
  row = '| {} | {:.4f} | {} |'
  for name, pooling, height, width in (
    ('4 x 4 AVG', AVERAGE, 4, 4),
    ('16 x 1 MAX', MAX, 16, 1),
    ('1 x 16 AVG', AVERAGE, 1, 16),
    ('1 x 4 AVG', AVERAGE, 1, 4),
    ('32 x 32 AVG', AVERAGE, 32, 32),
  ):
    sizes = (1, side, side, height, width)
    ms = block_ms(gpu, pooling, sizes, weights.at, sparsity)
    print(row.format(name, ms, round(5e-6 * n / ms)))
  ms = m_by_n_ms(gpu, (1, side, side, 4, 2), weights.at, weights.results)
  print(row.format('2 of 4', ms, round(5e-6 * n / ms)))
  ms = pack_ms(gpu, n, weights.results.mask, weights.copy)
  print(row.format('pack to bits', ms, round(1.125e-6 * n / ms)))
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
  if torch is not None:
    other_inputs(gpu, torch, max(sizes), options.sparsity)
  structured(gpu, options.side, options.sparsity)


if __name__ == '__main__':
  main()
