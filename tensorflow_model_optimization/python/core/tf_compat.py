# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The one door to TensorFlow's Python API and its version differences.

Every other module below the Keras layers imports `tf` from here, so a spelling
that changed between TensorFlow releases is absorbed in this file only.
"""

import functools
import inspect
import re

import tensorflow as tf

__all__ = [
  'OLDEST_TF',
  'STABLE_C_API_TF',
  'SummaryLog',
  'check_tf_version',
  'checked',
  'evaluate',
  'fits',
  'forget_traces',
  'function_graph',
  'graph_compiled',
  'has_stable_c_api',
  'in_v1_graph',
  'in_xla',
  'intra_op_threads',
  'jit_compiled',
  'keep_in_place',
  'keep_where',
  'keeps_in_place',
  'not_converted',
  'object_graph',
  'share_reads',
  'shares_reads',
  'on_cpu',
  'sees_gpu',
  'static_value',
  'tf',
  'tf_version',
]

# Older releases lack resource variables that Keras layers create by default.
OLDEST_TF = (1, 14)
# The first release whose C API has everything the stable registration of the
# ops needs; before it `TF_NewShapeHandle` is missing.
STABLE_C_API_TF = (2, 6)

_eager_intra_op_threads = None
_keep_in_place = None
_compiles = None


def tf_version():
  """Returns (major, minor) of the TensorFlow in this process, e.g. (2, 21)."""
  major, minor = tf.__version__.split('.')[:2]
  return int(major), int(minor)


def check_tf_version():
  """Raises ImportError when TensorFlow is older than the oldest supported one."""
  if tf_version() < OLDEST_TF:
    raise ImportError(
      'tensorflow_model_optimization needs TensorFlow >= {}.{}. Received: '
      'tensorflow.__version__={!r}. Run `pip install --upgrade '
      'tensorflow`.'.format(OLDEST_TF[0], OLDEST_TF[1], tf.__version__)
    )


def has_stable_c_api():
  """Whether this TensorFlow loads ops that are registered through its C API."""
  return tf_version() >= STABLE_C_API_TF


def fits(versions):
  """Whether this TensorFlow is one of `versions`, which a native library names.

  Args:
    versions: '>=2.6' for 2.6.0 and everything newer, '==1.14' for 1.14.0 and its
      patches. Nothing fits any other text.
  """
  match = re.match(r'(>=|==)(\d+)\.(\d+)$', versions)
  if match is None:
    return False
  version = int(match.group(2)), int(match.group(3))
  if match.group(1) == '>=':
    return tf_version() >= version
  return tf_version() == version


def evaluate(function, arrays):
  """The numpy value of a function of tensors, in whatever mode TensorFlow is.

  Args:
    function: from tensors to one tensor; it uses no variables.
    arrays: list of numpy arrays, one per argument.
  """
  if not in_v1_graph():
    with tf.init_scope():
      return function(*[tf.convert_to_tensor(a) for a in arrays]).numpy()
  with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    feeds = [tf.compat.v1.placeholder(a.dtype, a.shape) for a in arrays]
    return session.run(function(*feeds), dict(zip(feeds, arrays)))


def in_v1_graph():
  """Whether code builds a TensorFlow 1 graph, to be run later in a session.

  False eagerly, and inside a `tf.function` that eager code will call.
  """
  with tf.init_scope():
    return not tf.executing_eagerly()


def in_xla():
  """Whether the code that builds the present graph will be compiled by XLA.

  True inside of a `tf.function(jit_compile=True)`, and of whatever that calls
  and has not been traced before. TensorFlow has no public question for it, so
  this one asks the graph for the context in which XLA's users trace.
  """
  if tf.executing_eagerly():
    return False
  graph = tf.compat.v1.get_default_graph()
  while graph is not None:
    context = graph._get_control_flow_context()  # pylint: disable=protected-access
    while context is not None:
      if context.IsXLAContext():
        return True
      context = context.outer_context
    graph = getattr(graph, 'outer_graph', None)
  return False


def graph_compiled(function):
  """`function` as a `tf.function` of its own, which AutoGraph leaves alone.

  TensorFlow counts how often the code of a plain function is traced, and warns who
  prunes several models in one process. A partial is none but itself.
  """
  return tf.function(functools.partial(function), autograph=False)


def jit_compiled(function):
  """`function` as XLA compiles it; None if this TensorFlow does not offer it.

  Call the result eagerly, outside of TensorFlow 1 graphs.
  """
  # 1.15 has the argument and compiles hardly an op.
  if tf_version() < (2, 1):
    return None
  offered = inspect.signature(tf.function).parameters
  # The name that TensorFlow 2.1 to 2.4 know it by.
  for argument in ('jit_compile', 'experimental_compile'):
    if argument in offered:
      return tf.function(**{argument: True})(function)
  return None


def function_graph():
  """The graph of the function that is traced now; None when code runs eagerly.

  The bodies of a `tf.cond` and of a loop belong to the function around them.
  """
  if tf.executing_eagerly():
    return None
  graph = tf.compat.v1.get_default_graph()
  # There is no public class to ask for.
  while type(graph).__name__.startswith(('CondBranch', 'While')):
    graph = graph.outer_graph
  return graph


def not_converted(function):
  """`function` as it is written, where AutoGraph would translate it.

  Inside of a user's `tf.function` AutoGraph translates what that calls as well,
  and before TensorFlow 2.2 it takes a global variable for a local one.
  """
  # 1.14, whose AutoGraph leaves other modules alone, does not have it.
  mark = getattr(tf.autograph.experimental, 'do_not_convert', None)
  return function if mark is None else mark(function)


def forget_traces(instance):
  """Makes the methods of an object that are a `tf.function` be traced anew.

  They keep the variables that they captured, so one whose variables were
  replaced would read the old ones. There is no public call for it.
  """
  for cls in type(instance).__mro__:
    for method in vars(cls).values():
      if hasattr(method, 'python_function'):
        traced = getattr(method, '_descriptor_cache', {})
        traced.pop(instance, None)


def object_graph(serialized):
  """The protocol message of which a checkpoint holds the bytes `serialized`.

  It names the objects whose variables are in the checkpoint.
  """
  # In no public module, but what every checkpoint since TensorFlow 1.14 is.
  # pylint: disable-next=g-import-not-at-top
  from tensorflow.core.protobuf import trackable_object_graph_pb2

  graph = trackable_object_graph_pb2.TrackableObjectGraph()
  graph.ParseFromString(serialized)
  return graph


class SummaryLog(object):
  """Numbers for TensorBoard, written eagerly or beside a TensorFlow 1 graph.

  Eagerly, with TensorFlow 2, it takes pictures as well.

  Args:
    folder: str, where the file of events goes.
  """

  def __init__(self, folder):
    self._in_graph = in_v1_graph()
    if self._in_graph:
      self._writer = tf.compat.v1.summary.FileWriter(folder)
    else:
      self._writer = tf.compat.v2.summary.create_file_writer(folder)

  @property
  def takes_images(self):
    """Whether `write_image` works here."""
    return not self._in_graph and tf_version() >= (2, 0)

  def write_image(self, tag, picture, step):
    """Adds `picture`, uint8 [height, width], 255 = white, for the int `step`."""
    with self._writer.as_default():
      tf.compat.v2.summary.image(
        tag, picture[tf.newaxis, :, :, tf.newaxis], step=step
      )

  def write(self, tag, value, step):
    """Adds the number `value` for the int `step`."""
    if self._in_graph:
      entry = tf.compat.v1.Summary.Value(tag=tag, simple_value=float(value))
      self._writer.add_summary(tf.compat.v1.Summary(value=[entry]), step)
    else:
      with self._writer.as_default():
        tf.compat.v2.summary.scalar(tag, float(value), step=step)

  def flush(self):
    """Sees to it that everything written so far is in the file."""
    self._writer.flush()


def static_value(value):
  """The numpy value of `value` when it is known now, else None.

  Python numbers, numpy arrays, eager tensors and graph constants are known;
  the result of a graph computation is not.
  """
  if not tf.is_tensor(value):
    return value
  return tf.get_static_value(value)


def on_cpu():
  """A context that puts ops on the CPU of the job they are built for."""
  return tf.device('/CPU:0')


def sees_gpu():
  """Whether TensorFlow may put ops on a GPU of this machine."""
  # 2.0 has it as an experiment; 1.14 can only list all that there are.
  visible = (
    getattr(tf.config, 'get_visible_devices', None)
    or getattr(tf.config.experimental, 'get_visible_devices', None)
    or tf.config.experimental.list_physical_devices
  )
  return bool(visible('GPU'))


def intra_op_threads():
  """The intra-op thread count the user set for TensorFlow; 0 when left alone.

  To be asked for where a tensor of weights exists: from the first eager tensor on
  TensorFlow refuses another count, so the answer is kept. (It takes as long as
  masking thousands of weights.)
  """
  global _eager_intra_op_threads
  if _eager_intra_op_threads is not None:
    return _eager_intra_op_threads
  threads = _configured_intra_op_threads()
  if tf.executing_eagerly():
    _eager_intra_op_threads = threads
  return threads


def _configured_intra_op_threads():
  threading = getattr(getattr(tf, 'config', None), 'threading', None)
  if threading is None:
    return 0
  return int(threading.get_intra_op_parallelism_threads())


def checked(condition, message, value):
  """`value`, once `condition` has been found true.

  Code that XLA compiles cannot raise, so it is not asked there; XLA of TensorFlow
  2.3 would refuse the message.
  """
  if in_xla():
    return value
  check = tf.debugging.Assert(condition, message)
  # Eagerly the check has already run (and returns None).
  with tf.control_dependencies([] if check is None else [check]):
    return tf.identity(value)


def keep_where(mask, values):
  """`values` where the bools of `mask` are True, and 0 elsewhere."""
  # One zero that is spread costs less than a tensor of them. TensorFlow 1's
  # `tf.where` does not spread.
  where = getattr(tf, 'where_v2', tf.where)
  return where(mask, values, tf.zeros([], values.dtype))


def keeps_in_place(variable):
  """Whether `keep_in_place` works for it, in what runs or is traced now.

  It does on a CPU, where TensorFlow has XLA, and code is not compiled anyway.
  """
  # Before, TensorFlow reports errors of its own whenever XLA compiles for a CPU.
  return (
    tf_version() >= (2, 16)
    and isinstance(variable, tf.Variable)
    # That of several replicas has a list of them.
    and not hasattr(variable, 'values')
    # Not one of another machine or of a second, logical CPU.
    and variable.device.endswith('localhost/replica:0/task:0/device:CPU:0')
    and not in_v1_graph()
    and not in_xla()
    and not tf.distribute.has_strategy()
    and not sees_gpu()
    and _xla_compiles()
  )


def keep_in_place(variable, mask):
  """`variable.assign(keep_where(mask, variable))` in the variable's own memory.

  One pass over weights and mask. TensorFlow's own ops make a float copy of the
  mask and another one of the weights.

  Args:
    variable: `tf.Variable` of floats.
    mask: `tf.Variable` of bools, same shape.
  """
  global _keep_in_place
  if _keep_in_place is None:
    # One for all variables: it is compiled once for each shape.
    _keep_in_place = tf.function(
      _assign_kept, autograph=False, jit_compile=True
    )
  # Where the step runs on another device, XLA would not take the variable.
  with tf.device(variable.device):
    _keep_in_place(variable, mask)


def _assign_kept(variable, mask):
  variable.assign(keep_where(mask, variable))


def _xla_compiles():
  global _compiles
  if _compiles is None:
    try:
      with tf.init_scope():
        jit_compiled(tf.identity)(tf.constant(0.0))
      _compiles = True
    except tf.errors.OpError:
      _compiles = False
  return _compiles


def shares_reads():
  """Whether this TensorFlow has `share_reads`."""
  return hasattr(getattr(tf, 'raw_ops', None), 'DisableCopyOnRead')


def share_reads(variable):
  """Undoes a lasting effect of reads and updates that are given by index.

  They leave a variable in a mode in which every read copies all of it, so that
  they can change it in place; a model whose kernels are in it is slower for good.

  Args:
    variable: a `tf.Variable`, that of one replica.
  """
  tf.raw_ops.DisableCopyOnRead(resource=variable.handle)
