# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a sparsity report holds, and how it is written out."""

import collections
import json

from tensorflow_model_optimization.python.core import text_table

__all__ = ['SparsityReport', 'WeightSparsity']


class WeightSparsity(
  collections.namedtuple(
    'WeightSparsity',
    'path shape number zeros asked_sparsity structure unit units pruned_units '
    'asked_units is_exact remark',
  )
):
  """One weight of a model.

  Attributes:
    path: names of the models and layers that the weight is in, and its own, e.g.
      'encoder/dense/kernel'.
    shape: tuple of ints.
    number: how many numbers it holds.
    zeros: how many of them are zero.
    asked_sparsity: fraction in [0, 1); None if nothing was asked for.
    structure: 'unstructured', '4x1 blocks', 'output channels', '2:4', ...; None
      if nothing was asked for.
    unit: what the structure counts: 'weight', 'block', 'channel' or 'group';
      None if nothing was asked for.
    units: how many of these there are.
    pruned_units: how many are zero, or for m:n how many groups keep at most n - m.
    asked_units: how many should be.
    is_exact: whether the weight has just what was asked for; None if nothing
      was.
    remark: why nothing was asked for, or what is wrong; '' if all is said.
  """

  @property
  def sparsity(self):
    """Fraction of zeros, zeros / number; 0.0 for a weight without numbers."""
    return self.zeros / self.number if self.number else 0.0

  def to_dict(self):
    """Every attribute, as JSON takes it."""
    values = self._asdict()
    values['shape'] = list(self.shape)
    values['sparsity'] = self.sparsity
    return dict(values)


class SparsityReport(object):
  """How sparse a model is, weight by weight; made by `sparsity_report`.

  Args:
    model_name: name of the model.
    weights: list of `WeightSparsity`.

  Attributes:
    model_name: name of the model.
    weights: list of `WeightSparsity`, in the order of the model's layers.
  """

  def __init__(self, model_name, weights):
    self.model_name = model_name
    self.weights = list(weights)

  @property
  def number(self):
    """How many numbers all weights hold together."""
    return sum(weight.number for weight in self.weights)

  @property
  def zeros(self):
    """How many of them are zero."""
    return sum(weight.zeros for weight in self.weights)

  @property
  def sparsity(self):
    """Fraction of zeros among all weights."""
    return self.zeros / self.number if self.number else 0.0

  @property
  def asked(self):
    """The weights for which a sparsity was asked."""
    return [w for w in self.weights if w.is_exact is not None]

  @property
  def skipped(self):
    """The weights for which nothing was asked; `remark` says why."""
    return [w for w in self.weights if w.is_exact is None]

  @property
  def inexact(self):
    """The weights that do not have what was asked for."""
    return [w for w in self.weights if w.is_exact is False]

  @property
  def is_exact(self):
    """Whether every weight has what was asked; None if nothing was asked."""
    return not self.inexact if self.asked else None

  def to_dict(self):
    """The whole report as dicts, lists, strings, numbers, bools and None."""
    return {
      'model': self.model_name,
      'number': self.number,
      'zeros': self.zeros,
      'sparsity': self.sparsity,
      'is_exact': self.is_exact,
      'weights': [weight.to_dict() for weight in self.weights],
    }

  def to_json(self, indent=2):
    """`to_dict` as JSON text.

    Args:
      indent: spaces per level; None for one line.
    """
    return json.dumps(self.to_dict(), indent=indent)

  def render(self):
    """The report as a table for people, without a newline at the end."""
    rows = [
      (
        'weight',
        'shape',
        'number',
        'sparsity',
        'asked',
        'exact',
        'structure',
        'remark',
      )
    ]
    rows += [_row(weight) for weight in self.weights]
    return '{}\n\n{}'.format(
      self._headline(), text_table.format_table(rows, numbers=(2, 3, 4))
    )

  def _headline(self):
    text = '{}: {:,} of {:,} weights are zero, {:.2%}.'.format(
      self.model_name, self.zeros, self.number, self.sparsity
    )
    if self.is_exact is None:
      return text + ' No sparsity was asked for.'
    if self.is_exact:
      return text + ' All {} pruned are exact.'.format(len(self.asked))
    return text + ' {} of {} pruned are not exact.'.format(
      len(self.inexact), len(self.asked)
    )

  def __str__(self):
    return self.render()

  def __repr__(self):
    return 'SparsityReport(model={!r}, sparsity={:.4f}, exact={})'.format(
      self.model_name, self.sparsity, self.is_exact
    )


def _row(weight):
  asked = weight.asked_sparsity
  return (
    weight.path,
    str(tuple(weight.shape)),
    '{:,}'.format(weight.number),
    '{:.4f}'.format(weight.sparsity),
    '-' if asked is None else '{:.4f}'.format(asked),
    {None: '-', True: 'yes', False: 'NO'}[weight.is_exact],
    weight.structure or '-',
    weight.remark,
  )
