# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes a wheel: the same bytes for the same inputs, on every machine.

A wheel is a zip file with three text files of its own, so this needs no
setuptools and no network. Format: https://packaging.python.org/specifications/
binary-distribution-format.
"""

import argparse
import base64
import hashlib
import os
import re
import zipfile

DISTRIBUTION = 'tensorflow_model_optimization'

# The earliest date that a zip file can hold; a real one would change each time.
_DATE = (1980, 1, 1, 0, 0, 0)


def read_version(path):
  """Returns the value of `__version__` in the Python file at `path`."""
  with open(path) as stream:
    text = stream.read()
  found = re.search(r'^__version__ = [\'"]([^\'"]+)[\'"]$', text, re.MULTILINE)
  if not found:
    raise ValueError(
      'version_file must hold a line `__version__ = "..."`. '
      'Received: version_file={!r}'.format(path)
    )
  return found.group(1)


def read_manifest(path):
  """Returns {path in the wheel: path of the file} from a manifest."""
  with open(path) as stream:
    return dict(line.rstrip('\n').split('\t') for line in stream)


def wheel_text(tag):
  """Returns the content of the WHEEL file."""
  return (
    'Wheel-Version: 1.0\n'
    'Generator: pip_package/build_wheel.py\n'
    # Not pure: it holds a binary and so belongs into platlib.
    'Root-Is-Purelib: false\n'
    'Tag: {}\n'.format(tag)
  )


def record_line(name, content):
  """Returns the line of RECORD for one file of the wheel."""
  digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
  return '{},sha256={},{}\n'.format(
    name, digest.rstrip(b'=').decode(), len(content)
  )


def write_wheel(path, contents, record_name):
  """Writes the zip file at `path`.

  Args:
    path: where to write.
    contents: {path in the wheel: bytes}, without RECORD.
    record_name: path of RECORD in the wheel.
  """
  record = ''.join(record_line(n, contents[n]) for n in sorted(contents))
  record += record_name + ',,\n'
  # The .dist-info folder goes last, as the format recommends.
  names = sorted(contents, key=lambda name: ('.dist-info/' in name, name))
  with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
    for name in names:
      _write_file(archive, name, contents[name])
    _write_file(archive, record_name, record.encode())


def _write_file(archive, name, content):
  info = zipfile.ZipInfo(name, _DATE)
  info.compress_type = zipfile.ZIP_DEFLATED
  info.create_system = 3  # Unix, whose file modes follow.
  mode = 0o100755 if name.endswith('.so') else 0o100644
  info.external_attr = mode << 16
  archive.writestr(info, content)


def _read(path):
  with open(path, 'rb') as stream:
    return stream.read()


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  for name in (
    'license',
    'manifest',
    'metadata',
    'output_dir',
    'readme',
    'tag',
    'version_file',
  ):
    parser.add_argument('--' + name, required=True)
  options = parser.parse_args()

  version = read_version(options.version_file)
  info = '{}-{}.dist-info/'.format(DISTRIBUTION, version)
  metadata = _read(options.metadata).decode('utf-8').format(version=version)
  contents = {
    name: _read(path) for name, path in read_manifest(options.manifest).items()
  }
  contents[info + 'LICENSE'] = _read(options.license)
  contents[info + 'METADATA'] = metadata.encode('utf-8') + _read(options.readme)
  contents[info + 'WHEEL'] = wheel_text(options.tag).encode()
  contents[info + 'top_level.txt'] = (DISTRIBUTION + '\n').encode()

  file_name = '{}-{}-{}.whl'.format(DISTRIBUTION, version, options.tag)
  os.makedirs(options.output_dir, exist_ok=True)
  write_wheel(
    os.path.join(options.output_dir, file_name), contents, info + 'RECORD'
  )


if __name__ == '__main__':
  main()
