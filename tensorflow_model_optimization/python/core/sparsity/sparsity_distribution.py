# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""How one sparsity is shared out among the weights of a model."""

__all__ = [
  'DISTRIBUTIONS',
  'check_distribution',
  'erk_sparsities',
  'share_out',
]

# 'uniform': every weight has the sparsity of the schedule.
# 'erk': sparsities by shape, larger weights sparser; the sum is the schedule's.
# 'global': one ranking of all weights; the sum is the schedule's.
DISTRIBUTIONS = ('uniform', 'erk', 'global')


def check_distribution(sparsity_distribution):
  """Returns the argument, or raises ValueError if it is none of them."""
  if sparsity_distribution not in DISTRIBUTIONS:
    raise ValueError(
      '`sparsity_distribution` must be one of {}. Received: '
      "sparsity_distribution={!r}. 'uniform' gives every weight the sparsity "
      "of the schedule, 'erk' shares it out by shape, 'global' ranks all "
      'weights of the model together.'.format(
        DISTRIBUTIONS, sparsity_distribution
      )
    )
  return sparsity_distribution


def erk_sparsities(shapes, sparsity):
  """The Erdos-Renyi-Kernel sparsity of each weight.

  The density of a weight is proportional to sum(shape) / product(shape), so that
  large weights become sparser and small ones, such as the first convolution and
  the last layer, denser. A weight whose share would be above 1 stays dense, and
  the others make up for it.

  ```python
  erk_sparsities([(2, 2), (8, 8)], 0.5)  # [0.0, 0.53125]
  ```

  Args:
    shapes: list of tuples of ints, the shapes of the weights.
    sparsity: float in [0, 1), the fraction of all weights together to prune.

  Returns:
    A list of floats in [0, 1), with sum(sparsity_i * n_i) = sparsity * sum(n_i)
    but for rounding.

  Source: Evci et al., Rigging the Lottery, https://arxiv.org/abs/1911.11134,
  appendix; the scheme for convolutions includes the kernel's height and width.
  """
  sizes = [_product(shape) for shape in shapes]
  # A scalar counts as one weight with one input.
  raw = [
    float(max(1, sum(shape))) / max(1, n) for shape, n in zip(shapes, sizes)
  ]
  dense = {i for i, n in enumerate(sizes) if n == 0}
  while True:
    others = [i for i in range(len(shapes)) if i not in dense]
    to_keep = (1.0 - sparsity) * sum(sizes) - sum(sizes[i] for i in dense)
    weighted = sum(raw[i] * sizes[i] for i in others)
    scale = to_keep / weighted if others else 0.0
    full = {i for i in others if scale * raw[i] >= 1.0}
    if not full:
      return [
        0.0 if i in dense else 1.0 - scale * raw[i] for i in range(len(shapes))
      ]
    dense |= full


def share_out(distributions, sparsities, shapes):
  """Splits a pruning of several weights into parts that are ranked alone.

  Weights of one distribution and one sparsity share this sparsity out.

  ```python
  parts = share_out(['uniform', 'global', 'global'], 3 * [0.5], 3 * [(4,)])
  # gives [((0,), 0.5), ((1, 2), 0.5)]
  ```

  Args:
    distributions: list, for each weight one of `DISTRIBUTIONS`.
    sparsities: list of floats in [0, 1), what is asked for each.
    shapes: list of tuples of ints, the shapes of the weights.

  Returns:
    A sorted list of (indices, sparsity): a tuple of the indices of weights, one
    but for 'global', and the sparsity of their ranking.
  """
  parts, groups = [], {}
  for i, key in enumerate(zip(distributions, sparsities)):
    if key[0] == 'uniform':
      parts.append(((i,), sparsities[i]))
    else:
      groups.setdefault(key, []).append(i)
  for (distribution, sparsity), group in groups.items():
    if distribution == 'global':
      parts.append((tuple(group), sparsity))
    else:
      shares = erk_sparsities([shapes[i] for i in group], sparsity)
      parts.extend(((i,), share) for i, share in zip(group, shares))
  return sorted(parts)


def _product(shape):
  result = 1
  for size in shape:
    result *= size
  return result
