package io.phalanx.node.acme;

import static io.phalanx.node.acme.StateFormat.all;
import static io.phalanx.node.acme.StateFormat.block;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.document.Document;
import io.phalanx.node.acme.Authority.Window;
import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The authority's hints for one resolver's renewals as a document, for members that are asked. */
final class HintsFormat {
  private static final Bytes FORMAT = new Bytes("hints for renewals", 1);

  private HintsFormat() {}

  /** The document that holds the hints of a resolver. */
  static String documentName(String resolver) {
    return "hints/" + resolver;
  }

  private record Line(BigInteger serial, Instant start, Instant end) {}

  /**
   * @param windows by the certificate's serial number
   */
  static byte[] bytes(Map<BigInteger, Window> windows) {
    List<Line> lines =
        windows.entrySet().stream()
            .map(one -> new Line(one.getKey(), one.getValue().start(), one.getValue().end()))
            .sorted((a, b) -> a.serial().compareTo(b.serial()))
            .toList();
    return FORMAT.write(
        out ->
            all(
                out,
                lines,
                line -> {
                  block(out, line.serial().toByteArray());
                  out.writeLong(line.start().toEpochMilli());
                  out.writeLong(line.end().toEpochMilli());
                }));
  }

  /**
   * Hints by the certificate's serial number; none if the document is not there, or of a format
   * that this release does not know.
   */
  static Map<BigInteger, Window> windows(Optional<Document> document) {
    try {
      return document.map(known -> known.content().lend(HintsFormat::read)).orElse(Map.of());
    } catch (IllegalStateException _) {
      return Map.of();
    }
  }

  private static Map<BigInteger, Window> read(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          List<Line> lines =
              all(
                  in,
                  () ->
                      new Line(
                          new BigInteger(block(in)),
                          Instant.ofEpochMilli(in.readLong()),
                          Instant.ofEpochMilli(in.readLong())));
          var windows = new LinkedHashMap<BigInteger, Window>();
          lines.forEach(
              line ->
                  windows.put(
                      line.serial(), new Window(line.start(), line.end(), Optional.empty())));
          return windows;
        });
  }
}
