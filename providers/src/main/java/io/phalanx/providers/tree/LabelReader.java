package io.phalanx.providers.tree;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Labels and tags as Traefik takes them: {@code traefik.http.routers.app.rule=...}, elements of
 * lists as {@code servers[0].url}. Keys match whatever their case; of names that differ only in
 * case the first in alphabetical order gives the spelling.
 */
public final class LabelReader {
  private LabelReader() {}

  /**
   * @param source what the labels are of, for messages
   * @param prefix the first word, as {@code traefik}; labels that begin otherwise are left alone,
   *     and the word itself is not in the tree
   */
  public static Parsed read(String source, String prefix, Map<String, String> labels) {
    var builder = new TreeBuilder(new Place(source, 0), new Mistakes());
    String start = prefix + '.';
    new TreeMap<>(labels)
        .forEach(
            (name, value) -> {
              if (name.regionMatches(true, 0, start, 0, start.length())) {
                builder.put(
                    List.of(name.substring(start.length()).split("\\.", -1)),
                    value,
                    new Place(source + ", " + name, 0));
              }
            });
    return builder.build();
  }
}
