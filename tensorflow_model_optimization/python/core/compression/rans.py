# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""An entropy coder for bytes: rANS with many lanes, each step one of numpy.

Each byte costs what its frequency says, log2(n / count) bits. Byte i belongs to
lane i % lanes, so that a step codes as many bytes as there are lanes.

What is stored, all numbers little-endian:

    1 byte    mode: 0 raw, 1 one symbol, 2 coded
    raw       the bytes as they are
    one       1 byte: the symbol that all bytes are
    coded     1 byte    number of symbols, less one
              symbols   up to 32: a byte each, ascending; else 32 bytes, a bit each
              1 byte    parameter k of the code of their frequencies
              varint    bytes of that code
              bits      the frequencies in exponential Golomb code of order k, the
                        highest bit first; the last one is what is left of 2^14
              varint    number of lanes
              varint    number of words
              4 bytes   per lane: the state in which decoding starts
              2 bytes   per word, in the order in which decoding takes them

Source: asymmetric numeral systems, Duda, https://arxiv.org/abs/1311.2540;
interleaved lanes, Giesen, https://arxiv.org/abs/1402.3392.
"""

import numpy as np

from tensorflow_model_optimization.python.core.compression import byte_stream

__all__ = ['decode', 'encode']

_RAW, _ONE_SYMBOL, _CODED = 0, 1, 2

# Frequencies are fractions of 2^14.
_PRECISION = 14
_TOTAL = 1 << _PRECISION
# A state is in [2^16, 2^32) and gives or takes 16 bits at a time.
_WORD_BITS = 16
_LEAST_STATE = 1 << _WORD_BITS
# Up to here a list of symbols takes no more room than 256 bits.
_MAX_LISTED = 32

# A lane costs up to three bytes more than what it holds: 0.3 % with this many.
_BYTES_PER_LANE = 1024
# More would fall out of the processor's caches.
_MAX_LANES = 1 << 14
# Bounds the number of steps, for files from strangers as well.
_MAX_STEPS = 1 << 15


def encode(data):
  """Codes bytes; never into more than one byte more than there are.

  Args:
    data: uint8 array of one axis.

  Returns:
    uint8 array, the same on every platform; of no bytes if `data` has none.
  """
  if not data.size:
    return np.zeros([0], np.uint8)
  counts = np.bincount(data, minlength=256)
  symbols = np.flatnonzero(counts)
  if symbols.size == 1:
    return np.array([_ONE_SYMBOL, symbols[0]], np.uint8)
  frequencies = np.zeros([256], np.int64)
  frequencies[symbols] = _frequencies(counts[symbols])
  estimate = _coded_bytes(counts[symbols], frequencies[symbols])
  if estimate < data.size:
    lanes = _number_of_lanes(estimate, data.size)
    states, words = _encode_lanes(data, frequencies, lanes)
    coded = np.concatenate(
      [np.array([_CODED], np.uint8), _table(symbols, frequencies[symbols])]
      + [byte_stream.varint(lanes), byte_stream.varint(words.size)]
      + [states.view(np.uint8), words.view(np.uint8)]
    )
    if coded.size <= data.size:
      return coded
  return np.concatenate([np.array([_RAW], np.uint8), data])


def decode(reader, size):
  """Gives back the bytes that `encode` coded.

  Takes time and memory in proportion to `size`, whatever the reader holds.

  Args:
    reader: `ByteReader`; stands behind the coded bytes afterwards.
    size: int, how many bytes they were.

  Returns:
    uint8 array [size].

  Raises:
    ValueError: no `encode` wrote this.
  """
  if not size:
    return np.zeros([0], np.uint8)
  mode = reader.byte()
  if mode == _RAW:
    return reader.bytes(size)
  if mode == _ONE_SYMBOL:
    return np.full([size], reader.byte(), np.uint8)
  if mode != _CODED:
    raise byte_stream.damaged('there is no mode {}', mode)
  symbols, frequencies = _read_table(reader)
  lanes = reader.varint()
  if not -(-size // _MAX_STEPS) <= lanes <= min(size, _max_lanes(size)):
    raise byte_stream.damaged('{} lanes for {} bytes', lanes, size)
  word_count = reader.varint()
  if word_count > size:
    raise byte_stream.damaged('{} words for {} bytes', word_count, size)
  states = reader.array('<u4', lanes).astype(np.uint32)
  words = reader.array('<u2', word_count)
  return _decode_lanes(states, words, symbols, frequencies, size)


# --- frequencies --------------------------------------------------------------


def _frequencies(counts):
  """Shares of 2^14 in proportion to counts > 0, none of them zero."""
  frequencies = np.zeros_like(counts)
  while True:
    open_ = frequencies == 0
    share = _TOTAL - int(frequencies.sum())
    scaled = counts * share
    total = int(counts[open_].sum())
    # What would get less than one share gets one, and the others the rest.
    rare = open_ & (scaled < total)
    if not rare.any():
      break
    frequencies[rare] = 1
  frequencies[open_] = scaled[open_] // total
  remainders = np.where(open_, scaled % total, -1)
  left = _TOTAL - int(frequencies.sum())
  frequencies[np.argsort(-remainders, kind='stable')[:left]] += 1
  return frequencies


def _coded_bytes(counts, frequencies):
  """How many bytes the code and its table will take, but for the lanes."""
  # Rounded so that no platform's last bit can decide.
  bits = _PRECISION * 256 - np.rint(np.log2(frequencies) * 256).astype(np.int64)
  table = _table(np.arange(counts.size), frequencies).size
  return int((counts * bits).sum()) // (256 * 8) + table


def _number_of_lanes(coded_bytes, size):
  lanes = min(coded_bytes // _BYTES_PER_LANE, _MAX_LANES)
  return max(lanes, -(-size // _MAX_STEPS), 1)


def _max_lanes(size):
  return max(_MAX_LANES, -(-size // _MAX_STEPS))


def _table(symbols, frequencies):
  if symbols.size <= _MAX_LISTED:
    listed = symbols.astype(np.uint8)
  else:
    present = np.zeros([256], np.uint8)
    present[symbols] = 1
    listed = np.packbits(present)
  order, bits = min(
    ((k, _golomb(frequencies[:-1], k)) for k in range(_PRECISION)),
    key=lambda order_and_bits: len(order_and_bits[1]),
  )
  packed = np.packbits(np.array([int(bit) for bit in bits], np.uint8))
  return np.concatenate(
    [
      np.array([symbols.size - 1], np.uint8),
      listed,
      np.array([order], np.uint8),
      byte_stream.varint(packed.size),
      packed,
    ]
  )


def _golomb(numbers, order):
  """Ints >= 0 in exponential Golomb code, as text of '0' and '1'."""
  words = []
  for number in numbers:
    # As many zeros as digits follow the first 1, then the digits; the last
    # `order` digits are always there and need no zeros.
    digits = bin(int(number) + (1 << order))[2:]
    words.append('0' * (len(digits) - 1 - order) + digits)
  return ''.join(words)


def _read_golomb(reader, count):
  order, size = reader.byte(), reader.varint()
  if order >= _PRECISION or size > 32 * _PRECISION * 2:
    raise byte_stream.damaged('frequencies take {} bytes', size)
  bits = ''.join(str(bit) for bit in np.unpackbits(reader.bytes(size)))
  numbers, position = [], 0
  for _ in range(count):
    first = bits.find('1', position)
    end = first + first - position + 1 + order
    if first < 0 or end > len(bits):
      raise byte_stream.damaged('frequencies are missing')
    numbers.append(int(bits[first:end], 2) - (1 << order))
    position = end
  return numbers


def _read_table(reader):
  count = reader.byte() + 1
  if count <= _MAX_LISTED:
    symbols = reader.bytes(count).astype(np.int64)
  else:
    symbols = np.flatnonzero(np.unpackbits(reader.bytes(32)))
  if count < 2 or symbols.size != count or (np.diff(symbols) <= 0).any():
    raise byte_stream.damaged('the symbols of a table are not what they count')
  frequencies = _read_golomb(reader, count - 1)
  frequencies.append(_TOTAL - sum(frequencies))
  if min(frequencies) < 1:
    raise byte_stream.damaged('frequencies do not add up to {}', _TOTAL)
  return symbols, np.array(frequencies, np.int64)


# --- lanes --------------------------------------------------------------------


def _encode_lanes(data, frequencies, lanes):
  """Codes from the last step to the first; (states '<u4', words '<u2')."""
  starts = (np.cumsum(frequencies) - frequencies).astype(np.uint32)
  # A state from here on would grow past 32 bits. No frequency is 2^14, since
  # there are two symbols.
  limits = (frequencies << (32 - _PRECISION)).astype(np.uint32)
  frequencies = frequencies.astype(np.uint32)
  states = np.full([lanes], _LEAST_STATE, np.uint32)
  chunks = []
  for begin in range((data.size - 1) // lanes * lanes, -1, -lanes):
    row = data[begin : begin + lanes]
    state = states[: row.size]
    full = np.flatnonzero(state >= limits[row])
    overflowing = state[full]
    chunks.append(overflowing.astype(np.uint16))
    state[full] = overflowing >> _WORD_BITS
    frequency = frequencies[row]
    quotient = state // frequency
    state -= quotient * frequency
    state += quotient << _PRECISION
    state += starts[row]
  words = np.concatenate(chunks[::-1])
  return states.astype('<u4'), words.astype('<u2')


def _decode_lanes(states, words, symbols, frequencies, size):
  slots = np.arange(_TOTAL, dtype=np.uint32)
  symbol_of = np.repeat(symbols, frequencies).astype(np.uint8)
  frequency_of = np.repeat(frequencies, frequencies).astype(np.uint32)
  starts = np.cumsum(frequencies) - frequencies
  offset_of = slots - np.repeat(starts, frequencies).astype(np.uint32)
  if (states < _LEAST_STATE).any():
    raise byte_stream.damaged('a lane starts below {}', _LEAST_STATE)
  data = np.empty([size], np.uint8)
  lanes = states.size
  taken = 0
  for begin in range(0, size, lanes):
    state = states[: size - begin]
    slot = state & (_TOTAL - 1)
    data[begin : begin + lanes] = symbol_of[slot]
    state >>= _PRECISION
    state *= frequency_of[slot]
    state += offset_of[slot]
    empty = np.flatnonzero(state < _LEAST_STATE)
    word = words[taken : taken + empty.size]
    taken += empty.size
    if word.size < empty.size:
      raise byte_stream.damaged('words are missing')
    state[empty] = (state[empty] << _WORD_BITS) | word
  # Decoding ends where encoding began, or it was something else.
  if taken != words.size or (states != _LEAST_STATE).any():
    raise byte_stream.damaged('decoding does not end where encoding began')
  return data
