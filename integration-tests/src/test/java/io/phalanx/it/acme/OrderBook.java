package io.phalanx.it.acme;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The orders that an authority was asked for, as its answers tell. Thread-safe. */
final class OrderBook {
  private static final String PLACED = "/order-plz";
  private static final String ORDER = "/my-order/";
  private static final Pattern NAME = Pattern.compile("\"value\":\\s*\"([^\"]+)\"");
  private static final Pattern CERTIFICATE = Pattern.compile("\"certificate\":\\s*\"([^\"]+)\"");

  // Guarded by this.
  private final Map<String, List<String>> names = new HashMap<>();
  private final Map<String, String> certificates = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private int mostOpen;

  /**
   * Takes note of what was answered to one request.
   *
   * @param text of the answer
   */
  synchronized void note(String path, Optional<String> location, String text) {
    if (path.equals(PLACED)) {
      String order = last(location.orElseThrow());
      var ordered = new ArrayList<String>();
      Matcher matcher = NAME.matcher(text);
      while (matcher.find()) {
        ordered.add(matcher.group(1));
      }
      names.put(order, ordered);
      open.add(order);
      mostOpen = Math.max(mostOpen, open.size());
    } else if (path.startsWith(ORDER)) {
      Matcher matcher = CERTIFICATE.matcher(text);
      if (matcher.find()) {
        certificates.put(last(matcher.group(1)), last(path));
      }
    } else if (Gate.Step.DOWNLOAD.isAt(path)) {
      open.remove(Optional.ofNullable(certificates.get(last(path))).orElse(""));
    }
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** How many were placed. */
  synchronized int placed() {
    return names.size();
  }

  /** The orders that were placed for a name. */
  synchronized List<String> of(String name) {
    return names.entrySet().stream()
        .filter(order -> order.getValue().contains(name))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How many were placed and not yet fetched at one time, at most. */
  synchronized int mostOpen() {
    return mostOpen;
  }
}
