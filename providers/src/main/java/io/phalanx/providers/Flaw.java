package io.phalanx.providers;

import java.util.ArrayList;
import java.util.List;

/**
 * Why an object of a configuration cannot be served as it is written.
 *
 * @param section where objects of its kind stand, as {@code http.routers}
 * @param name the object's, without {@code @provider}
 * @param option the option in question, as {@code loadBalancer.servers[0].url}; empty if it is the
 *     object as a whole
 * @param ofAnother whether the object is right by itself, and wrong only because another is not
 *     there or has a flaw
 */
public record Flaw(String section, String name, String option, String message, boolean ofAnother) {
  /** As in a {@link Problem}. */
  public String path() {
    return section + '.' + name + (option.isEmpty() ? "" : '.' + option);
  }

  /** The keys that lead to it, an index of a list being one. */
  public List<String> keys() {
    var keys = new ArrayList<>(List.of(section.split("\\.")));
    keys.add(name);
    if (!option.isEmpty()) {
      keys.addAll(List.of(option.split("[.\\[\\]]+")));
    }
    return keys;
  }
}
