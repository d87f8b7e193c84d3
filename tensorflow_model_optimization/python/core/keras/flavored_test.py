# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Classes that get their Keras base late."""

from absl.testing import absltest

from tensorflow_model_optimization.python.core.keras import flavored


class Public(object):
  """What users see."""

  def greet(self):
    return 'public ' + super().greet()


class BaseOfOneKeras(object):
  def greet(self):
    return 'one'


class BaseOfOtherKeras(object):
  def greet(self):
    return 'other'


class Users(Public, BaseOfOneKeras):
  """A user chose the Keras base."""


class FlavoredTest(absltest.TestCase):
  def test_the_class_derives_from_both(self):
    cls = flavored.with_keras_bases(Public, (BaseOfOneKeras,))
    self.assertIsInstance(cls(), Public)
    self.assertIsInstance(cls(), BaseOfOneKeras)
    self.assertEqual('public one', cls().greet())

  def test_there_is_one_class_per_keras(self):
    one = flavored.with_keras_bases(Public, (BaseOfOneKeras,))
    other = flavored.with_keras_bases(Public, (BaseOfOtherKeras,))
    self.assertIs(one, flavored.with_keras_bases(Public, (BaseOfOneKeras,)))
    self.assertIsNot(one, other)
    self.assertEqual('public other', other().greet())

  def test_it_looks_like_the_public_class(self):
    cls = flavored.with_keras_bases(Public, (BaseOfOneKeras,))
    for attribute in ('__name__', '__qualname__', '__module__', '__doc__'):
      self.assertEqual(getattr(Public, attribute), getattr(cls, attribute))

  def test_a_class_that_has_the_base_is_used_as_it_is(self):
    self.assertIs(Users, flavored.with_keras_bases(Users, (BaseOfOneKeras,)))

  def test_is_flavored_only_for_the_classes_made_here(self):
    cls = flavored.with_keras_bases(Public, (BaseOfOneKeras,))

    class Subclass(cls):
      pass

    self.assertTrue(flavored.is_flavored(cls))
    for other in (Public, Users, Subclass, BaseOfOneKeras):
      self.assertFalse(flavored.is_flavored(other))

  def test_subclasses_of_the_public_class_are_flavored_on_their_own(self):
    class Subclass(Public):
      def greet(self):
        return 'sub ' + super().greet()

    cls = flavored.with_keras_bases(Subclass, (BaseOfOneKeras,))
    self.assertEqual('sub public one', cls().greet())
    self.assertTrue(flavored.is_flavored(cls))


if __name__ == '__main__':
  absltest.main()
