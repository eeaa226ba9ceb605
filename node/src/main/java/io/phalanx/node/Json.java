package io.phalanx.node;

import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.util.List;
import java.util.SequencedMap;

/** JSON of what a running node tells, piece by piece. Numbers are texts, as in all trees. */
final class Json {
  private Json() {}

  static Tree.Entry entry(Tree value) {
    return new Tree.Entry(Place.NONE, value);
  }

  static Tree.Entry text(String value) {
    return entry(Tree.Scalar.of(value, Place.NONE));
  }

  static Tree.Entry number(long value) {
    return text(Long.toString(value));
  }

  static Tree.Entry texts(List<String> values) {
    return entry(
        new Tree.Sequence(
            values.stream().<Tree>map(value -> Tree.Scalar.of(value, Place.NONE)).toList(),
            Place.NONE));
  }

  /** For people to read. */
  static String of(SequencedMap<String, Tree.Entry> fields) {
    return Encoder.indentedJson(new Tree.Mapping(fields, Place.NONE));
  }

  /** For people to read. */
  static String of(List<SequencedMap<String, Tree.Entry>> all) {
    return Encoder.indentedJson(
        new Tree.Sequence(
            all.stream().<Tree>map(fields -> new Tree.Mapping(fields, Place.NONE)).toList(),
            Place.NONE));
  }
}
