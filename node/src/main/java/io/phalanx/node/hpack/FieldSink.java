package io.phalanx.node.hpack;

/** Takes the fields of a block, in order. */
@FunctionalInterface
public interface FieldSink {
  /**
   * @param value one character for each byte
   * @param wellFormed whether the value holds only what a field's value may (RFC 9113, section
   *     8.2.1): no control character but a tab, no blank at its ends
   */
  void field(FieldName name, String value, boolean wellFormed);
}
