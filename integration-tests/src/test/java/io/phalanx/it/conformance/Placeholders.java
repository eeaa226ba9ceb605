package io.phalanx.it.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that stand for what differs from run to run: <code>{{dir}}</code> and ports such as <code>
 * {{web}}</code>. They are filled in before a case runs and put back into what came out.
 */
final class Placeholders {
  static final List<String> SERVERS = List.of("a", "b", "c", "auth");

  /** Of each node: its entry points, and where the others of its fleet reach it. */
  private static final List<String> OWN_PORTS =
      List.of("web", "websecure", "traefik", "tcp", "udp", "member");

  private static final List<String> SHARED_PORTS =
      List.of("a", "b", "c", "auth", "closed", "udpup");

  private static final Pattern NAME = Pattern.compile("\\{\\{(\\w+)}}");
  private static final Pattern EPHEMERAL = Pattern.compile("127\\.0\\.0\\.1:\\d{4,5}\\b");

  private static final PortBlock FREE = new PortBlock();

  private final Path directory;
  private final Map<String, Integer> ports;
  private final List<UnaryOperator<String>> cleaning;

  private Placeholders(
      Path directory, Map<String, Integer> ports, List<UnaryOperator<String>> cleaning) {
    this.directory = directory;
    this.ports = ports;
    this.cleaning = cleaning;
  }

  /**
   * Those of each node: their entry points differ, and all else is the same. What came out of any
   * of them is cleaned alike.
   */
  static List<Placeholders> of(int nodes, Path directory, List<List<String>> masks)
      throws IOException {
    Map<String, Integer> shared = free(SHARED_PORTS);
    var cleaning = new ArrayList<>(replacing(shared));
    var all = new ArrayList<Placeholders>();
    for (int node = 0; node < nodes; node++) {
      Map<String, Integer> own = free(OWN_PORTS);
      cleaning.addAll(replacing(own));
      own.putAll(shared);
      all.add(new Placeholders(directory, own, cleaning));
    }
    addCommon(cleaning, masks);
    return List.copyOf(all);
  }

  private static Map<String, Integer> free(List<String> names) throws IOException {
    var ports = new LinkedHashMap<String, Integer>();
    for (String name : names) {
      ports.put(name, FREE.next());
    }
    return ports;
  }

  private static List<UnaryOperator<String>> replacing(Map<String, Integer> ports) {
    return ports.entrySet().stream()
        .map(
            port ->
                replacing("(?<=[:\"= ])" + port.getValue() + "\\b", "{{" + port.getKey() + "}}"))
        .toList();
  }

  private static void addCommon(List<UnaryOperator<String>> cleaning, List<List<String>> masks)
      throws IOException {
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    cleaning.add(
        replacing("(?<![\\w.+/-])" + Pattern.quote(host) + "(?![\\w.+/-])", "{{hostname}}"));
    cleaning.add(text -> EPHEMERAL.matcher(text).replaceAll("127.0.0.1:{{ephemeral}}"));
    for (List<String> mask : masks) {
      Pattern pattern = Pattern.compile(mask.getFirst());
      String replacement =
          Matcher.quoteReplacement(mask.getLast()).replaceAll("\\\\\\\\(\\d)", "\\$$1");
      cleaning.add(text -> pattern.matcher(text).replaceAll(replacement));
    }
  }

  private static UnaryOperator<String> replacing(String regex, String replacement) {
    Pattern pattern = Pattern.compile(regex);
    return text -> pattern.matcher(text).replaceAll(Matcher.quoteReplacement(replacement));
  }

  int port(String name) {
    return Objects.requireNonNull(ports.get(name), name);
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  String fill(String text) {
    return NAME.matcher(text)
        .replaceAll(
            name -> {
              Integer port = ports.get(name.group(1));
              String value =
                  name.group(1).equals("dir")
                      ? directory.toString()
                      : port == null ? name.group() : port.toString();
              return Matcher.quoteReplacement(value);
            });
  }

  Object fill(Object value) {
    return mapped(value, this::fill);
  }

  Spec fill(Spec spec) {
    return Spec.of(fill((Object) spec.entries()));
  }

  String clean(String text) {
    String clean = text.replace(directory.toString(), "{{dir}}");
    for (UnaryOperator<String> step : cleaning) {
      clean = step.apply(clean);
    }
    return clean;
  }

  Object clean(Object value) {
    return mapped(value, this::clean);
  }

  private static Object mapped(Object value, UnaryOperator<String> change) {
    return switch (value) {
      case String text -> change.apply(text);
      case List<?> list -> list.stream().map(item -> mapped(item, change)).toList();
      case Map<?, ?> map -> {
        var changed = new LinkedHashMap<Object, Object>();
        map.forEach((key, item) -> changed.put(key, item == null ? "" : mapped(item, change)));
        yield changed;
      }
      default -> value;
    };
  }
}
