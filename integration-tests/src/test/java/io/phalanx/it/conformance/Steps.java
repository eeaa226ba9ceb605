package io.phalanx.it.conformance;

import io.phalanx.it.harness.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The steps of a case, and what each leaves to compare. */
final class Steps {
  private static final Pattern METRIC = Pattern.compile("([a-zA-Z_:]\\w*)(?:\\{(.*)})? ");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private final Spec test;
  private final Supplier<Placeholders> nodes;
  private final Placeholders placeholders;
  private final Map<String, Upstream> servers;
  private final Client client;

  /**
   * @param nodes asked for each request: the node that it goes to
   */
  Steps(Spec test, Supplier<Placeholders> nodes, Map<String, Upstream> servers) {
    this.test = test;
    this.nodes = nodes;
    this.placeholders = nodes.get();
    this.servers = servers;
    this.client = new Client(nodes);
  }

  Object result(Spec step) throws Exception {
    if (step.has("wait")) {
      TimeUnit.MILLISECONDS.sleep(step.millis("wait", 0));
      return Map.of();
    }
    if (step.has("write")) {
      write(step);
      return Map.of();
    }
    if (step.has("file")) {
      return file(step);
    }
    if (step.has("metrics")) {
      return metrics(step);
    }
    servers.values().forEach(Upstream::forget);
    if (step.has("curl")) {
      return curl(step);
    }
    if (step.has("repeat")) {
      return repeat(step);
    }
    if (step.has("cookie_jar")) {
      return cookieJar(step);
    }
    var got = new LinkedHashMap<>(client.send(step.spec("send")));
    TimeUnit.MILLISECONDS.sleep(step.millis("linger", 0.02));
    got.put("upstream", seen());
    return tidy(got, step);
  }

  private Map<String, Object> tidy(Map<String, Object> got, Spec step) {
    return new Tidying(test, step, placeholders).tidy(got);
  }

  private List<Object> seen() {
    var seen = new ArrayList<Object>();
    servers.values().forEach(server -> seen.addAll(server.seen()));
    return seen;
  }

  private void write(Spec step) throws IOException, InterruptedException {
    Spec files = step.spec("write");
    for (String name : files.entries().keySet()) {
      TextFile.replace(placeholders.path(name), placeholders.fill(files.text(name, "")));
    }
    TimeUnit.MILLISECONDS.sleep(step.millis("settle", 1));
  }

  private Object file(Spec step) throws IOException {
    if (!Files.exists(placeholders.path(step.text("file", "")))) {
      return Map.of("lines", "<no file>");
    }
    List<String> lines =
        Files.readAllLines(placeholders.path(step.text("file", ""))).stream()
            .filter(line -> !line.contains("ready.invalid"))
            .toList();
    List<Object> kept = List.copyOf(lines);
    if (step.has("fields") || step.has("keys")) {
      List<Spec> objects =
          lines.stream()
              .filter(line -> line.startsWith("{"))
              .map(line -> Spec.of(Yaml.json(line).orElse(Map.of("no JSON", line))))
              .toList();
      kept =
          objects.stream()
              .<Object>map(
                  object ->
                      step.has("keys")
                          ? List.copyOf(new TreeSet<>(object.entries().keySet()))
                          : picked(object, step.texts("fields")))
              .toList();
    }
    return Map.of("lines", placeholders.clean((Object) kept));
  }

  private static Map<String, Object> picked(Spec object, List<String> keys) {
    var picked = new LinkedHashMap<String, Object>();
    keys.forEach(key -> picked.put(key, object.value(key).orElse(Comparison.NULL)));
    return picked;
  }

  private Object metrics(Spec step) throws InterruptedException {
    var request =
        new Spec(
            Map.of("entry", step.text("entry", "traefik"), "target", "/metrics", "full", true));
    Pattern wanted = Pattern.compile(step.text("metrics", ""));
    var names = new TreeSet<String>();
    for (String line : new Spec(client.send(request)).text("body_full", "").split("\n", -1)) {
      Matcher metric = METRIC.matcher(line);
      if (metric.lookingAt() && wanted.matcher(metric.group(1)).lookingAt()) {
        var labels = new TreeSet<String>();
        LABEL
            .matcher(metric.group(2) == null ? "" : metric.group(2))
            .results()
            .forEach(label -> labels.add(label.group(1)));
        names.add(metric.group(1) + "{" + String.join(",", labels) + "}");
      }
    }
    return Map.of("metrics", List.copyOf(names));
  }

  private Object curl(Spec step) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("curl", "-sSk", "--max-time", "10"));
    Placeholders node = nodes.get();
    step.texts("curl").forEach(argument -> command.add(node.fill(argument)));
    Process curl;
    try {
      curl =
          new ProcessBuilder(command)
              .directory(placeholders.path("").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new IOException("this case needs curl on the PATH", e);
    }
    byte[] out = curl.getInputStream().readAllBytes();
    var got = new LinkedHashMap<String, Object>();
    got.put("exit", curl.waitFor());
    got.put("stdout", Wire.shown(out));
    if (!step.has("seen") || step.flag("seen")) {
      got.put("upstream", seen());
    }
    return tidy(got, step);
  }

  private Object repeat(Spec step) throws Exception {
    var answers = new ArrayList<Map<String, Object>>();
    Callable<Map<String, Object>> once = () -> client.send(step.spec("send"));
    int times = step.number("repeat", 1);
    if (step.flag("parallel")) {
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var tasks = new ArrayList<Callable<Map<String, Object>>>();
        for (int i = 0; i < times; i++) {
          tasks.add(once);
        }
        for (var answer : threads.invokeAll(tasks)) {
          answers.add(answer.get());
        }
      }
    } else {
      for (int i = 0; i < times; i++) {
        answers.add(once.call());
      }
    }
    String what = step.text("count", "status");
    List<String> picked =
        answers.stream().map(answer -> placeholders.clean(picked(new Spec(answer), what))).toList();
    if (step.flag("sequence")) {
      return Map.of("sequence", picked);
    }
    var counts = new TreeMap<String, Object>();
    picked.forEach(each -> counts.merge(each, 1, (a, b) -> (Integer) a + (Integer) b));
    return Map.of("counts", counts);
  }

  private String picked(Spec answer, String what) {
    if (answer.has("outcome")) {
      return answer.text("outcome", "");
    }
    if (answer.has("reply")) {
      return answer.text("reply", "");
    }
    return switch (what) {
      case "status" -> answer.text("status", "");
      case "body" -> placeholders.clean(answer.text("body", "")).strip();
      default ->
          String.join(
              "; ",
              answer.pairs("headers").stream()
                  .filter(line -> line.getFirst().equals(what.toLowerCase(Locale.ROOT)))
                  .map(List::getLast)
                  .toList());
    };
  }

  private Object cookieJar(Spec step) throws InterruptedException {
    Spec request = step.spec("cookie_jar");
    var first = new Spec(client.send(request));
    String jar =
        String.join(
            "; ",
            first.pairs("headers").stream()
                .filter(line -> line.getFirst().equals("set-cookie"))
                .map(line -> line.getLast().split(";", 2)[0])
                .toList());
    var headers = new ArrayList<Object>(request.list("headers"));
    headers.add(List.of("Cookie", jar));
    var withCookies = new LinkedHashMap<>(request.entries());
    withCookies.put("headers", headers);
    var bodies = new HashSet<>(List.of(first.text("body", "")));
    int setAgain = 0;
    for (int i = 0; i < step.number("again", 5); i++) {
      var answer = new Spec(client.send(new Spec(withCookies)));
      bodies.add(answer.text("body", ""));
      if (answer.pairs("headers").stream().anyMatch(line -> line.getFirst().equals("set-cookie"))) {
        setAgain++;
      }
    }
    var got = new LinkedHashMap<String, Object>();
    got.put("same", bodies.size() == 1);
    got.put("set_again", setAgain);
    if (step.flag("brief")) {
      return got;
    }
    got.put(
        "first",
        Map.of(
            "status",
            first.value("status").orElse(Comparison.NULL),
            "headers",
            first.value("headers").orElse(Comparison.NULL)));
    var narrowed = new LinkedHashMap<String, Object>();
    narrowed.put(
        "only", step.has("only") ? step.list("only") : List.of("first", "same", "set_again"));
    return tidy(got, new Spec(narrowed));
  }
}
