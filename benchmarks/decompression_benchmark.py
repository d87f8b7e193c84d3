# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a model keeps in memory, by when its weights are decompressed.

  ./dev bench decompression [-- --width 4096]

An MLP of 4 layers of width x width float32 is clustered to 16 values a weight.
Each way of decompression loads the file in a fresh process and predicts a batch;
so does a SavedModel of the 'per_call' model. The resident sizes are those of the
process less what it had before the load.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

# Run as a file, this is not in a package yet: find the tree around it.
_TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, _TREE)

# pylint: disable=g-import-not-at-top,wrong-import-position
from benchmarks import machine
from benchmarks import output_file
from benchmarks import text_table

# pylint: enable=g-import-not-at-top,wrong-import-position

_DECOMPRESSIONS = ('at_load', 'at_first_call', 'per_call', 'saved_model')
_LAYERS = 4

_MAKE = """
import os
import sys
import numpy as np
import tensorflow as tf
import tensorflow_model_optimization as tfmot

path, width, layers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
tf.keras.utils.set_random_seed(1)
model = tf.keras.Sequential([tf.keras.Input((width,))])
for i in range(layers):
  model.add(tf.keras.layers.Dense(width, name='d{}'.format(i)))
packed = tfmot.compression.keras.compress(
  model, tfmot.compression.keras.WeightClustering(16)
)
packed.save(path)
# Of TensorFlow's own ops, so that it serves without this library.
os.environ['TFMOT_OPS'] = 'tf'
tf.saved_model.save(packed.to_keras('per_call'), path + '.savedmodel')
print(packed.report.dense_bytes, packed.report.stored_bytes)
"""

_LOAD = """
import gc, json, sys, time
import numpy as np
import tensorflow as tf
import tensorflow_model_optimization as tfmot

path, decompression, width = sys.argv[1], sys.argv[2], int(sys.argv[3])
x = np.ones((16, width), np.float32)
# What Keras and the ops take themselves.
warm = tf.keras.Sequential([tf.keras.Input((8,)), tf.keras.layers.Dense(8)])
warm.predict(np.ones((16, 8), np.float32), verbose=0)


def resident(field='VmRSS'):
  gc.collect()
  with open('/proc/self/status') as file:
    for line in file:
      if line.startswith(field):
        return int(line.split()[1]) * 1024


before = resident()
start = time.perf_counter()
if decompression == 'saved_model':
  loaded_model = tf.saved_model.load(path + '.savedmodel')
  signature = loaded_model.signatures['serving_default']
  (name,) = signature.structured_input_signature[1]
  call = lambda x: signature(**{name: tf.constant(x)})
else:
  model = tfmot.compression.keras.load(path, decompression=decompression)
  call = model.predict_on_batch
load_seconds = time.perf_counter() - start
loaded = resident()
# The predictions' own peak, not that of the load.
with open('/proc/self/clear_refs', 'w') as file:
  file.write('5')
call(x)
peak = resident('VmHWM')
called = resident()
seconds = []
for _ in range(9):
  start = time.perf_counter()
  call(x)
  seconds.append(time.perf_counter() - start)
print(json.dumps({
  'loaded': loaded - before,
  'called': called - before,
  'peak_of_call': peak - before,
  'load_seconds': load_seconds,
  'call_seconds': sorted(seconds)[4],
}))
"""


def main(argv=None):
  """Runs the benchmark; returns the exit status."""
  options = _parse(argv)
  facts = machine.describe_machine()
  for name, text in facts.items():
    print(f'{name}: {text}')
  with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'model.tfmot')
    sizes = _run(_MAKE, path, str(options.width), str(_LAYERS))
    dense, stored = (int(text) for text in sizes.split())
    results = {
      name: json.loads(_run(_LOAD, path, name, str(options.width)))
      for name in _DECOMPRESSIONS
    }
  print(
    f'\n{_LAYERS} layers of {options.width} x {options.width}: '
    f'{dense / 1e6:.0f} MB dense, {stored / 1e6:.0f} MB packed\n'
  )
  rows = [
    (
      'decompression',
      'MB after load',
      'MB after a call',
      'peak MB of the call',
      'load s',
      'call ms',
    )
  ]
  rows += [
    (
      name,
      f'{r["loaded"] / 1e6:.0f}',
      f'{r["called"] / 1e6:.0f}',
      f'{r["peak_of_call"] / 1e6:.0f}',
      f'{r["load_seconds"]:.2f}',
      f'{1e3 * r["call_seconds"]:.0f}',
    )
    for name, r in results.items()
  ]
  print(text_table.format_table(rows))
  output_file.write_json(
    options.json,
    {'machine': facts, 'dense': dense, 'stored': stored, 'results': results},
  )
  return 0


def _run(program, *arguments):
  process = subprocess.run(
    [sys.executable, '-c', program] + list(arguments),
    env=dict(
      os.environ,
      TF_CPP_MIN_LOG_LEVEL='3',
      PYTHONPATH=os.pathsep.join(p for p in sys.path if p),
    ),
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    universal_newlines=True,
    check=False,
  )
  if process.returncode:
    raise RuntimeError(
      f'a process ended with status {process.returncode}:\n{process.stderr}'
    )
  return process.stdout.splitlines()[-1]


def _parse(argv):
  parser = argparse.ArgumentParser(
    prog='decompression',
    description=__doc__,
    formatter_class=argparse.RawDescriptionHelpFormatter,
  )
  parser.add_argument('--width', type=int, default=4096)
  parser.add_argument('--json', metavar='OUT', help='write the results there')
  options = parser.parse_args(argv)
  if options.width < 1:
    parser.error(f'--width: expected at least 1. Received: {options.width}')
  return options


if __name__ == '__main__':
  sys.exit(main())
