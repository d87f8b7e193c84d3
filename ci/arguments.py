# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Parts a command line into ours and the one of a program that we start.

argparse would take the program's `--help` for ours, and may change the order of
what it does not know.
"""

# Commands that start a program with arguments of its own, and our options there.
_OWN_OPTIONS = {'demo': ('--row',), 'bench': ()}
# Whether the first word after the command is ours (the benchmark's name).
_OWN_WORD = {'demo': False, 'bench': True}
_HELP = ('-h', '--help')


def split(words):
  """Returns (our words, the program's words).

  Ours are the command, the options that it knows, and `--help` where nothing of the
  program's comes before it. A `--` makes the rest the program's.

  Args:
    words: the command line without the name of the script.
  """
  words = list(words)
  if not words or words[0] not in _OWN_OPTIONS:
    return words, []
  command = words.pop(0)
  own, others = [command], []
  if _OWN_WORD[command] and words and not words[0].startswith('-'):
    own.append(words.pop(0))
    # Its help is asked for more often than ours.
    return own, words[1:] if words[:1] == ['--'] else words
  while words:
    word = words.pop(0)
    name, equals, _ = word.partition('=')
    if word == '--':
      others += words
      break
    if name in _OWN_OPTIONS[command]:
      own.append(word)
      if not equals and words:
        own.append(words.pop(0))
    elif word in _HELP and not others:
      own.append(word)
    else:
      others.append(word)
  return own, others
