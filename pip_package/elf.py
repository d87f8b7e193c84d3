# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads from an ELF file what decides where it can be loaded."""

import struct

_SECTION_DYNAMIC = 6
_SECTION_VERNEED = 0x6FFFFFFE
_TAG_NEEDED = 1
_TAG_RPATH = 15
_TAG_RUNPATH = 29


class ElfFile:
  """A 64-bit little-endian shared library.

  Attributes:
    machine: number of the processor; 62 is x86-64.
    needed: names of the libraries that the loader must find.
    run_paths: folders in which it would look for them.
    versions: {library: set of the symbol versions needed from it}.
  """

  def __init__(self, content):
    if content[:6] != b'\x7fELF\x02\x01':
      raise ValueError('content must be a 64-bit little-endian ELF file.')
    self._content = content
    (self.machine,) = struct.unpack_from('<H', content, 18)
    self.needed = []
    self.run_paths = []
    self.versions = {}
    self._sections = self._read_sections()
    for section in self._sections:
      if section['type'] == _SECTION_DYNAMIC:
        self._read_dynamic(section)
      elif section['type'] == _SECTION_VERNEED:
        self._read_versions(section)

  def _read_sections(self):
    (offset,) = struct.unpack_from('<Q', self._content, 40)
    size, count = struct.unpack_from('<HH', self._content, 58)
    sections = []
    for index in range(count):
      fields = struct.unpack_from(
        '<IIQQQQIIQQ', self._content, offset + index * size
      )
      sections.append(
        {
          'type': fields[1],
          'offset': fields[4],
          'size': fields[5],
          'link': fields[6],
          'info': fields[7],
        }
      )
    return sections

  def _string(self, section, offset):
    start = self._sections[section['link']]['offset'] + offset
    return self._content[start : self._content.index(b'\0', start)].decode()

  def _read_dynamic(self, section):
    for position in range(0, section['size'], 16):
      tag, value = struct.unpack_from(
        '<QQ', self._content, section['offset'] + position
      )
      if tag == _TAG_NEEDED:
        self.needed.append(self._string(section, value))
      elif tag in (_TAG_RPATH, _TAG_RUNPATH):
        self.run_paths.append(self._string(section, value))

  def _read_versions(self, section):
    position = section['offset']
    for _ in range(section['info']):
      _, count, file_name, first, following = struct.unpack_from(
        '<HHIII', self._content, position
      )
      names = self.versions.setdefault(self._string(section, file_name), set())
      entry = position + first
      for _ in range(count):
        _, _, _, name, next_entry = struct.unpack_from(
          '<IHHII', self._content, entry
        )
        names.add(self._string(section, name))
        entry += next_entry
      position += following
