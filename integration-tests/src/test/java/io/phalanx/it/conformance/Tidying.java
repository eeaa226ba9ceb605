package io.phalanx.it.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Leaves of an answer what the case wants to compare. */
final class Tidying {
  private static final List<String> GO_ADDS = List.of("accept-encoding", "gzip");

  private final Spec test;
  private final Spec step;
  private final Placeholders placeholders;
  private final Set<String> ignored = new HashSet<>(Set.of("date"));
  private final boolean sentAcceptEncoding;

  Tidying(Spec test, Spec step, Placeholders placeholders) {
    this.test = test;
    this.step = step;
    this.placeholders = placeholders;
    for (Spec place : List.of(test, step)) {
      place.texts("ignore").forEach(name -> ignored.add(name.toLowerCase(Locale.ROOT)));
    }
    this.sentAcceptEncoding =
        step.spec("send").pairs("headers").stream()
            .anyMatch(line -> line.getFirst().equalsIgnoreCase("accept-encoding"));
  }

  Map<String, Object> tidy(Map<String, Object> answer) {
    var got = new LinkedHashMap<>(answer);
    got.computeIfPresent("headers", (_, lines) -> headers(lines));
    got.computeIfPresent("trailers", (_, lines) -> headers(lines));
    got.computeIfPresent("informational", (_, heads) -> informational(heads));
    got.computeIfPresent("upstream", (_, requests) -> requests(requests));
    var clean = new LinkedHashMap<>(Spec.of(placeholders.clean((Object) got)).entries());
    clean.computeIfPresent("body", (_, body) -> body(clean, body));
    Set<String> keep = new HashSet<>(step.has("only") ? step.texts("only") : test.texts("only"));
    if (!keep.isEmpty()) {
      keep.add("outcome");
      clean.keySet().retainAll(keep);
    }
    return clean;
  }

  private List<List<String>> headers(Object lines) {
    var kept = new ArrayList<List<String>>();
    for (List<String> line : new Spec(Map.of("lines", lines)).pairs("lines")) {
      if (!ignored.contains(line.getFirst())) {
        kept.add(line);
      }
    }
    kept.sort(Comparator.comparing(List<String>::getFirst).thenComparing(List::getLast));
    return kept;
  }

  private Object informational(Object heads) {
    return ((List<?>) heads)
        .stream()
            .map(head -> (List<?>) head)
            .map(head -> List.of(head.getFirst(), headers(head.getLast())))
            .toList();
  }

  private Object requests(Object requests) {
    var tidied = new ArrayList<Object>();
    for (Object each : (List<?>) requests) {
      var request = new LinkedHashMap<>(Spec.of(each).entries());
      request.computeIfPresent(
          "headers",
          (_, lines) ->
              headers(lines).stream()
                  .filter(line -> sentAcceptEncoding || !line.equals(GO_ADDS))
                  .toList());
      tidied.add(request);
    }
    return tidied;
  }

  private Object body(Map<String, Object> answer, Object body) {
    boolean isJson =
        new Spec(answer)
            .pairs("headers").stream()
                .anyMatch(
                    line ->
                        line.getFirst().equals("content-type") && line.getLast().contains("json"));
    if (!isJson || body.equals("")) {
      return body;
    }
    Optional<Object> parsed = Yaml.json(String.valueOf(body));
    if (parsed.isPresent() && parsed.get() instanceof Map<?, ?> map && step.has("json")) {
      var wanted = new LinkedHashMap<String, Object>();
      step.texts("json")
          .forEach(key -> wanted.put(key, map.containsKey(key) ? map.get(key) : Comparison.NULL));
      return wanted;
    }
    return parsed.orElse(body);
  }
}
