package io.phalanx.providers.consulcatalog;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.MiddlewareTypes;
import io.phalanx.providers.template.Names;
import io.phalanx.providers.template.Template;
import io.phalanx.providers.template.TemplateException;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.LabelReader;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one instance's tags say, with what Traefik adds to them: a service of the instance's name if
 * there is none, the instance as its server, a router if there is none and it is clear to which
 * service, the default rule.
 */
final class TagConfig {
  private static final Set<String> SECTIONS = Set.of("http", "tcp", "udp", "tls");
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

  private final String prefix;
  private final Template defaultRule;
  private final Map<String, String> environment;

  TagConfig(String prefix, Template defaultRule, Map<String, String> environment) {
    this.prefix = prefix;
    this.defaultRule = defaultRule;
    this.environment = environment;
  }

  /**
   * @param config empty if a mistake takes all of it down
   */
  record Result(Optional<DynamicConfig> config, List<Problem> problems) {
    Result {
      problems = List.copyOf(problems);
    }
  }

  /**
   * {@code traefik.enable}; empty if no tag says so. A value that cannot be read counts as true
   * here, for {@link #of} to name it and to leave the instance out.
   */
  static Optional<Boolean> enabled(String prefix, Map<String, String> labels) {
    return label(prefix + ".enable", labels).map(value -> !FALSE.contains(value));
  }

  private boolean isOn(String word, Map<String, String> labels) {
    return label(prefix + '.' + word, labels).filter(TRUE::contains).isPresent();
  }

  /** Tags that are true or false, with the spellings of Go's {@code strconv.ParseBool}. */
  private void refuseUnreadable(Instance instance, List<Problem> problems) {
    for (String word : List.of("enable", "consulcatalog.canary", "consulcatalog.connect")) {
      label(prefix + '.' + word, instance.labels())
          .filter(value -> !TRUE.contains(value) && !FALSE.contains(value))
          .ifPresent(
              value ->
                  problems.add(
                      new Problem(
                          instance.source(),
                          0,
                          word,
                          '"' + value + "\" is neither true nor false")));
    }
  }

  private static Optional<String> label(String key, Map<String, String> labels) {
    return labels.entrySet().stream()
        .filter(label -> label.getKey().equalsIgnoreCase(key))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  Result of(Instance instance) {
    Map<String, String> labels = instance.labels();
    if (isOn("consulcatalog.connect", labels)) {
      return refused(instance, "consulcatalog.connect", "Connect is not served yet");
    }
    Parsed parsed = LabelReader.read(instance.source(), prefix, labels);
    var problems = new ArrayList<>(parsed.problems());
    refuseUnreadable(instance, problems);
    Tree.Mapping sections = known(parsed.tree(), problems);
    if (!problems.isEmpty()) {
      // A tag that says nothing may have been what guards a router: nothing is served without it.
      return new Result(Optional.empty(), problems);
    }
    var completion = new Completion(instance, name(instance, labels), problems);
    Tree.Mapping tree;
    try {
      tree = completion.complete(sections);
    } catch (TemplateException e) {
      return refused(instance, "defaultRule", "cannot be rendered: " + e.getMessage());
    }
    Decoded<DynamicConfig> decoded = MiddlewareTypes.DECODER.decode(tree, DynamicConfig.class);
    problems.addAll(decoded.problems());
    return new Result(decoded.value(), problems);
  }

  private static Result refused(Instance instance, String path, String message) {
    return new Result(Optional.empty(), List.of(new Problem(instance.source(), 0, path, message)));
  }

  /** Only what is configuration: {@code enable} and the provider's own words are not. */
  private static Tree.Mapping known(Tree.Mapping tree, List<Problem> problems) {
    var sections = new LinkedHashMap<String, Tree.Entry>();
    tree.entries()
        .forEach(
            (key, entry) -> {
              String lowerCase = key.toLowerCase(Locale.ROOT);
              if (SECTIONS.contains(lowerCase)) {
                sections.put(lowerCase, entry);
              } else if (lowerCase.equals("consulcatalog")) {
                own(entry, problems);
              } else if (!lowerCase.equals("enable")) {
                problems.add(entry.keyPlace().problem(key, "is no section of Traefik v3's tags"));
              }
            });
    return new Tree.Mapping(sections, tree.place());
  }

  private static void own(Tree.Entry words, List<Problem> problems) {
    if (words.value() instanceof Tree.Mapping mapping) {
      mapping
          .without("canary", "connect")
          .entries()
          .forEach(
              (key, entry) ->
                  problems.add(entry.keyPlace().problem("consulcatalog." + key, "unknown key")));
    } else {
      problems.add(words.keyPlace().problem("consulcatalog", "a block is expected"));
    }
  }

  /** Canaries are a service of their own, told by their tags. */
  private String name(Instance instance, Map<String, String> labels) {
    String name = Names.normalized(instance.service());
    return isOn("consulcatalog.canary", labels)
        ? name + '-' + Long.toUnsignedString(hash(instance.tags()))
        : name;
  }

  /** FNV-1, 64 bits. */
  private static long hash(List<String> tags) {
    long hash = 0xcbf29ce484222325L;
    for (String tag : tags.stream().sorted().toList()) {
      for (byte b : tag.getBytes(StandardCharsets.UTF_8)) {
        hash = (hash * 0x100000001b3L) ^ (b & 0xff);
      }
    }
    return hash;
  }

  private String rule(Instance instance) throws TemplateException {
    return defaultRule.render(
        Map.of("Name", instance.service(), "Labels", instance.labels()), environment);
  }

  /** One instance's tree on its way to being whole. */
  private final class Completion {
    private final Instance instance;
    private final String name;
    private final List<Problem> problems;
    private final Place place;
    private final Blocks blocks;

    Completion(Instance instance, String name, List<Problem> problems) {
      this.instance = instance;
      this.name = name;
      this.problems = problems;
      this.place = new Place(instance.source(), 0);
      this.blocks = new Blocks(place);
    }

    Tree.Mapping complete(Tree.Mapping root) throws TemplateException {
      Optional<Tree.Mapping> tcp = root.block("tcp");
      if (tcp.isPresent()) {
        Tree.Mapping whole = new TcpTags(instance, name, problems).complete(tcp.get());
        return withHttp(blocks.with(root, "tcp", whole));
      }
      return withHttp(root);
    }

    private Tree.Mapping withHttp(Tree.Mapping root) throws TemplateException {
      boolean onlyOthers = !root.entries().isEmpty() && root.entry("http").isEmpty();
      if (onlyOthers) {
        return root;
      }
      Tree.Mapping http = root.block("http").orElse(Tree.Mapping.EMPTY);
      Tree.Mapping services = services(http.block("services").orElse(Tree.Mapping.EMPTY));
      Tree.Mapping routers =
          routers(http.block("routers").orElse(Tree.Mapping.EMPTY), services.entries().keySet());
      return blocks.with(
          root, "http", blocks.with(blocks.with(http, "services", services), "routers", routers));
    }

    private Tree.Mapping services(Tree.Mapping given) {
      Tree.Mapping services =
          given.entries().isEmpty() ? blocks.with(given, name, lonelyService()) : given;
      var complete = new LinkedHashMap<String, Tree.Entry>();
      services
          .entries()
          .forEach(
              (key, entry) ->
                  complete.put(key, new Tree.Entry(entry.keyPlace(), service(entry.value()))));
      return new Tree.Mapping(complete, services.place());
    }

    private Tree lonelyService() {
      var loadBalancer = new LinkedHashMap<String, Tree.Entry>();
      loadBalancer.put("passHostHeader", new Tree.Entry(place, Tree.Scalar.of("true", place)));
      var service = new LinkedHashMap<String, Tree.Entry>();
      service.put("loadBalancer", new Tree.Entry(place, new Tree.Mapping(loadBalancer, place)));
      return new Tree.Mapping(service, place);
    }

    /** The instance in place of {@code loadBalancer.server}, which only says how to reach it. */
    private Tree service(Tree service) {
      if (!(service instanceof Tree.Mapping mapping)) {
        return service;
      }
      Optional<Tree.Mapping> loadBalancer = mapping.block("loadBalancer");
      if (loadBalancer.isEmpty()) {
        return service;
      }
      Tree.Mapping server = loadBalancer.get().block("server").orElse(Tree.Mapping.EMPTY);
      var fields = new LinkedHashMap<>(server.without("url", "scheme", "port").entries());
      fields.put("url", new Tree.Entry(place, Tree.Scalar.of(url(server), place)));
      var servers = new Tree.Sequence(List.of(new Tree.Mapping(fields, server.place())), place);
      Tree.Mapping rest = loadBalancer.get().without("server", "servers");
      return blocks.with(mapping, "loadBalancer", blocks.with(rest, "servers", servers));
    }

    private String url(Tree.Mapping server) {
      Optional<String> url = Blocks.text(server, "url");
      Optional<String> scheme = Blocks.text(server, "scheme");
      Optional<String> port = Blocks.text(server, "port");
      if (url.isPresent()) {
        if (scheme.isPresent() || port.isPresent()) {
          problems.add(
              server
                  .place()
                  .problem("loadBalancer.server", "url stands in place of scheme and port"));
        }
        return url.get();
      }
      String host =
          instance.address().contains(":") ? '[' + instance.address() + ']' : instance.address();
      String usedPort = port.orElse(Integer.toString(instance.port()));
      if (usedPort.equals("0")) {
        problems.add(place.problem("loadBalancer.server.port", "the instance has no port"));
      }
      return scheme.orElse("http") + "://" + host + ':' + usedPort;
    }

    private Tree.Mapping routers(Tree.Mapping given, Set<String> services)
        throws TemplateException {
      Tree.Mapping routers = given;
      if (given.entries().isEmpty() && services.size() == 1) {
        routers =
            blocks.with(
                given, name, blocks.with(Tree.Mapping.EMPTY, "rule", scalar(rule(instance))));
      }
      var complete = new LinkedHashMap<String, Tree.Entry>();
      for (Map.Entry<String, Tree.Entry> router : routers.entries().entrySet()) {
        router(router.getKey(), router.getValue(), services)
            .ifPresent(
                whole ->
                    complete.put(
                        router.getKey(), new Tree.Entry(router.getValue().keyPlace(), whole)));
      }
      return new Tree.Mapping(complete, routers.place());
    }

    private Tree scalar(String text) {
      return Tree.Scalar.of(text, place);
    }

    private Optional<Tree> router(String key, Tree.Entry entry, Set<String> services)
        throws TemplateException {
      if (!(entry.value() instanceof Tree.Mapping router)) {
        return Optional.of(entry.value());
      }
      Tree.Mapping whole = router;
      if (Blocks.text(router, "rule").isEmpty()) {
        whole = blocks.with(whole, "rule", scalar(rule(instance)));
      }
      if (Blocks.text(router, "service").isEmpty()) {
        if (services.size() > 1) {
          problems.add(
              entry
                  .keyPlace()
                  .problem(
                      "http.routers." + key,
                      "names no service, and there are several: " + String.join(", ", services)));
          return Optional.empty();
        }
        whole = blocks.with(whole, "service", scalar(services.iterator().next()));
      }
      return Optional.of(whole);
    }
  }
}
