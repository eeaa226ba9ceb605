package io.phalanx.it.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A table in Markdown whose columns also stand below each other as they are. */
final class Table {
  /** What is not known, or was not asked. */
  static final String NONE = "-";

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    this.header = List.of(header);
  }

  void add(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "%d cells below %d headers".formatted(cells.length, header.size()));
    }
    rows.add(Stream.of(cells).map(cell -> cell.contains("NaN") ? NONE : cell).toList());
  }

  String text() {
    int[] widths =
        IntStream.range(0, header.size())
            .map(
                column ->
                    Math.max(
                        header.get(column).length(),
                        rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)))
            .toArray();
    List<String> rule = IntStream.of(widths).mapToObj("-"::repeat).toList();
    var lines = new ArrayList<>(List.of(line(header, widths), line(rule, widths)));
    rows.forEach(row -> lines.add(line(row, widths)));
    return String.join("\n", lines) + '\n';
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(
            column -> cells.get(column) + " ".repeat(widths[column] - cells.get(column).length()))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
