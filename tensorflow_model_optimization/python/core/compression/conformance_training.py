# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The rules of the conformance kit for training."""

import collections

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import (
  conformance_failure,
)
from tensorflow_model_optimization.python.core.compression import training_form
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['RULES', 'training_form_of']

_broken = conformance_failure.broken
# How many steps to look through for one at which an update is due.
_STEPS = 2000

_Evaluated = collections.namedtuple('_Evaluated', 'projected penalty gradients')


def training_form_of(compressor, case):
  """The `TrainingForm` of a weight, and its variables' values by name.

  Returns:
    (form, values), or the reason, a str, for which it is not trained.
  """
  if compressor.reason_against(case.spec):
    return compressor.reason_against(case.spec)
  try:
    form = training_form.TrainingForm(compressor, case.spec)
  except ValueError as e:
    # A refusal in words is the algorithm's right.
    return str(e)
  values = form.initial_values(case.weight)
  if form.trains_weight:
    values['weight'] = case.weight
  return form, values


def starts_as_declared(compressor, cases, settings):
  """Variables start with the declared shape and dtype, and finite."""
  del settings
  reason = None
  trained = 0
  for case in _admitted(compressor, cases):
    try:
      found = training_form_of(compressor, case)
    except Exception as e:
      raise _broken(
        case,
        'initial values of the shapes and dtypes that training_variables() '
        'declares',
        conformance_failure.first_line(e),
        'Correct the VariableSpec or its function `initial`.',
      ) from e
    if isinstance(found, str):
      reason = found
      continue
    trained += 1
    for name, value in found[1].items():
      if not np.isfinite(np.asarray(value, np.float64)).all():
        raise _broken(
          case,
          'finite initial values',
          'NaN or infinity in {!r}'.format(name),
          'Look for a logarithm or a quotient of zero.',
        )
  return None if trained else reason or 'no weight of these is admitted'


def projects(compressor, cases, settings):
  """project gives shape, dtype and finite values; so does what is compressed."""
  del settings
  for case, form, values in _forms(compressor, cases):
    for training in (True, False):
      weight = _evaluate(case, form, values, training).projected
      if not np.isfinite(weight).all():
        raise _broken(
          case,
          'a finite weight from project()',
          'NaN or infinity',
          'Look for a division by a scale or a range that is zero.',
        )
    try:
      form.compress(values).decompress()
    except Exception as e:
      raise _broken(
        case,
        'that compress(weight, spec, trained) takes the trained variables',
        conformance_failure.first_line(e),
        '`trained` holds the values of training_variables(), or is None.',
      ) from e


def gradients_are_finite(compressor, cases, settings):
  """Each trained variable gets a gradient, and all gradients are finite."""
  del settings
  constants = [
    case._replace(
      name='float32 of shape (16, 9), all {}'.format(value),
      weight=np.full([16, 9], value, np.float32),
    )
    for case in cases[:1]
    for value in (0.0, 0.5)
  ]
  for case, form, values in _forms(compressor, list(cases) + constants):
    result = _evaluate(case, form, values, True)
    for name, gradient in result.gradients.items():
      if gradient is None:
        raise _broken(
          case,
          'a gradient for {!r}'.format(name),
          'none: project() and penalty() do not depend on it, or not '
          'differentiably',
          'Let gradients pass a rounding: w + stop_gradient(f(w) - w). Or '
          'declare trainable=False.',
        )
      if not np.isfinite(gradient).all():
        raise _broken(
          case,
          'finite gradients',
          'NaN or infinity for {!r}'.format(name),
          'Both branches of tf.where pass gradients: guard the argument too.',
        )
    penalty = result.penalty
    if penalty is not None and (
      np.shape(penalty) != () or not np.isfinite(penalty)
    ):
      raise _broken(
        case,
        'a finite scalar from penalty()',
        repr(penalty),
        'Sum it up, and look for a logarithm of zero.',
      )


def updates(compressor, cases, settings):
  """update gives values of the declared shapes, for declared names."""
  del settings
  due = [step for step in range(_STEPS) if compressor.update_is_due(step)]
  if not due:
    return 'no update is due in {} steps'.format(_STEPS)
  if tf_compat.in_v1_graph():
    return 'update() runs eagerly, and this process does not'
  for case, form, values in _forms(compressor, cases):
    tensors = {name: tf.constant(value) for name, value in values.items()}
    try:
      new_values = form.update(tensors, due[0])
    except Exception as e:
      raise _broken(
        case,
        'new values from update() after step {}'.format(due[0]),
        conformance_failure.first_line(e),
        'Return {name: tensor} for names of training_variables().',
      ) from e
    for name, value in new_values.items():
      value = np.asarray(value)
      if value.shape != np.shape(values[name]):
        raise _broken(
          case,
          'shape {} for {!r} from update()'.format(
            np.shape(values[name]), name
          ),
          value.shape,
          'A variable keeps its shape.',
        )
  return None


def jit_project(compressor, cases, settings):
  """XLA compiles project and penalty."""
  del settings
  if tf_compat.in_v1_graph() or tf_compat.jit_compiled(tf.identity) is None:
    return 'this TensorFlow, or its mode, has no jit_compile'
  for case, form, values in _forms(compressor, cases):
    names = sorted(values)

    def step(*tensors, form=form, names=names):
      variables = dict(zip(names, tensors))
      penalty = form.penalty(variables)
      weight = form.project(variables, True)
      return weight, tf.constant(0.0) if penalty is None else penalty

    try:
      weight, _ = tf_compat.jit_compiled(step)(
        *[tf.constant(values[name]) for name in names]
      )
    except Exception as e:
      raise _broken(
        case,
        'project() and penalty() that XLA compiles',
        conformance_failure.first_line(e),
        'Use operations whose output shapes follow from their input shapes.',
      ) from e
    expected = _evaluate(case, form, values, True).projected
    # What lies on the edge of a rounding may fall to either side.
    close = np.isclose(weight.numpy(), expected, 1e-4, 1e-6)
    if close.size and close.mean() < 0.98:
      raise _broken(
        case,
        'the same weight from project() with jit_compile',
        '{:.0%} of it differ'.format(1 - close.mean()),
        'Look for operations that depend on the order of computation.',
      )
  return None


def _admitted(compressor, cases):
  return [c for c in cases if compressor.reason_against(c.spec) is None]


def _forms(compressor, cases):
  """Yields (case, form, values) of what can be trained."""
  for case in _admitted(compressor, cases):
    found = training_form_of(compressor, case)
    if not isinstance(found, str):
      yield (case,) + found


def _evaluate(case, form, values, training):
  """Projection, penalty and gradients, computed in a graph of its own."""
  trained = [
    name
    for name in values
    if name == 'weight' or form.variables[name].trainable
  ]
  direction = np.random.RandomState(1).randn(*case.weight.shape)
  try:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
      # Placeholders: of constants TensorFlow would fold what is to be seen.
      tensors = {
        name: tf.compat.v1.placeholder(np.asarray(value).dtype, np.shape(value))
        for name, value in values.items()
      }
      weight = form.project(tensors, training)
      _check_shape_and_dtype(case, weight)
      penalty = form.penalty(tensors)
      loss = tf.reduce_sum(tf.cast(weight, tf.float64) * direction)
      if penalty is not None:
        loss += tf.cast(penalty, tf.float64)
      gradients = tf.compat.v1.gradients(loss, [tensors[n] for n in trained])
      fetches = {
        'projected': weight,
        'penalty': [] if penalty is None else [penalty],
        'gradients': {
          name: gradient
          for name, gradient in zip(trained, gradients)
          if gradient is not None
        },
      }
      found = session.run(
        fetches, {tensors[name]: value for name, value in values.items()}
      )
  except AssertionError:
    raise
  except Exception as e:
    raise _broken(
      case,
      'project() and penalty() that run in a graph',
      conformance_failure.first_line(e),
      'Use TensorFlow operations on the variables, no numpy.',
    ) from e
  return _Evaluated(
    found['projected'],
    found['penalty'][0] if found['penalty'] else None,
    {name: found['gradients'].get(name) for name in trained},
  )


def _check_shape_and_dtype(case, weight):
  if (
    not weight.shape.is_compatible_with(case.weight.shape)
    or weight.dtype.name != case.spec.dtype
  ):
    raise _broken(
      case,
      'a weight of shape {} and dtype {} from project()'.format(
        case.spec.shape, case.spec.dtype
      ),
      'shape {} and dtype {}'.format(weight.shape, weight.dtype.name),
      'Reshape to spec.shape and cast to spec.dtype.',
    )


RULES = (
  starts_as_declared,
  projects,
  gradients_are_finite,
  updates,
  jit_project,
)
