package io.phalanx.it.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache that the launcher makes, by the functions that it makes it with. */
class AotCacheIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String FROM_CACHE = "shared objects file";
  private static final String FROM_JAR = "file:";
  private static final Path ROOT = Path.of(System.getProperty("phalanx.root"));

  @TempDir private static Path home;

  private static Path checkout;
  private static Path work;
  private static Path cache;
  private static Origin origin;
  private static Client client;

  /** As a checkout that was built: jars that nobody else starts from. */
  @BeforeAll
  static void makeTheCache() throws Exception {
    origin = Origin.start("origin");
    client = new Client();
    checkout = Files.createDirectory(home.resolve("checkout"));
    Path target = Files.createDirectories(checkout.resolve("node/target"));
    Files.copy(ROOT.resolve("node/jvm.options"), checkout.resolve("node/jvm.options"));
    Files.copy(ROOT.resolve("node/target/phalanx-node.jar"), target.resolve("phalanx-node.jar"));
    Path lib = Files.createDirectory(target.resolve("lib"));
    try (Stream<Path> jars = Files.list(ROOT.resolve("node/target/lib"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    work = Files.createDirectory(home.resolve("work"));
    cache = home.resolve("phalanx.aot");
    shell("make_aot_cache \"$2\" \"$3\" \"$4\" \"$5\"", cache, work);
  }

  @AfterAll
  static void end() {
    client.close();
    origin.close();
  }

  @Test
  void aNodeLoadsItsClassesFromTheCache() throws Exception {
    assertThat(sourceOfNodeWith(cache)).isEqualTo(FROM_CACHE);
  }

  @Test
  void aCacheThatIsBrokenIsLeftAsideWithoutAWord() throws Exception {
    byte[] whole = Files.readAllBytes(cache);
    Path half = home.resolve("half.aot");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    Path noCache = Files.writeString(home.resolve("none.aot"), "no cache at all".repeat(1000));

    assertThat(sourceOfNodeWith(half)).isEqualTo(FROM_JAR);
    assertThat(sourceOfNodeWith(noCache)).isEqualTo(FROM_JAR);
    assertThat(sourceOfNodeWith(home.resolve("missing.aot"))).isEqualTo(FROM_JAR);
  }

  /** The JVM does not notice. */
  @Test
  void aCacheOfOtherJarsDoesNotFit() throws Exception {
    shell("cache_identity \"$2\" \"$3\" > \"$4.for\"", cache);
    assertThat(fits()).isTrue();

    Path jar = checkout.resolve("node/target/lib/another.jar");
    Files.write(jar, new byte[1]);
    assertThat(fits()).as("one more jar").isFalse();
    Files.delete(jar);

    Path own = checkout.resolve("node/target/phalanx-node.jar");
    FileTime before = Files.getLastModifiedTime(own);
    Files.setLastModifiedTime(own, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    assertThat(fits()).as("an older jar").isFalse();
    Files.setLastModifiedTime(own, FileTime.from(Instant.now().plusSeconds(1)));
    assertThat(fits()).as("a newer jar").isFalse();
    Files.setLastModifiedTime(own, before);
  }

  private static boolean fits() throws Exception {
    String answer = shell("aot_cache_fits \"$2\" \"$3\" \"$4\" && echo yes || echo no", cache);
    return answer.strip().equals("yes");
  }

  @Test
  void aCacheForAnotherCollectorOrAnotherHeaderOfObjectsIsLeftAsideWithoutAWord() throws Exception {
    assertThat(sourceOfNodeWith(cache, "-XX:-UseCompactObjectHeaders")).isEqualTo(FROM_JAR);
    assertThat(sourceOfNodeWith(cache, "-XX:-UseSerialGC", "-XX:-UseParallelGC", "-XX:+UseZGC"))
        .isEqualTo(FROM_JAR);
  }

  /** Those that the nodes of the training had, which are made anew for each. */
  @Test
  void noKeyIsInTheCache() throws Exception {
    String text = Files.readString(cache, ISO_8859_1);
    String recorded = Files.readString(work.resolve("recorded"), ISO_8859_1);
    List<Path> keys;
    try (Stream<Path> files = Files.walk(work.resolve("training"))) {
      keys = files.filter(file -> file.getFileName().toString().endsWith(".key")).toList();
    }
    assertThat(keys).isNotEmpty();

    for (Path key : keys) {
      String secret = Files.readString(key, ISO_8859_1).strip();
      assertThat(secret.length()).isGreaterThanOrEqualTo(32);
      assertThat(text.contains(secret)).as("%s in the cache", key).isFalse();
      assertThat(recorded.contains(secret)).as("%s in the record", key).isFalse();
    }
  }

  /** Starts a node as the launcher does, asks it, and tells where a class of it came from. */
  private static String sourceOfNodeWith(Path aotCache, String... options) throws Exception {
    Path directory = Files.createTempDirectory(home, "node");
    Path classes = directory.resolve("classes.log");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + checkout.resolve("node/jvm.options"));
    command.add("-XX:AOTCache=" + aotCache);
    command.add("-Xlog:aot*=off");
    command.addAll(List.of(options));
    command.add("-Xlog:class+load:file=" + classes);
    command.addAll(List.of("-cp", shell("node_class_path \"$2\""), "io.phalanx.node.Main", "run"));
    int port = Ports.free(1).getFirst();
    Path routes = directory.resolve("routes.yml");
    Files.writeString(
        routes,
        """
        http:
          routers: {all: {rule: "PathPrefix(`/`)", service: app}}
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
        """
            .formatted(origin.url()));
    var flags =
        List.of(
            "--entryPoints.web.address=127.0.0.1:" + port, "--providers.file.filename=" + routes);
    try (NodeProcess node = NodeProcess.startBy(command, directory, flags)) {
      client.await(port, "/", "origin", LIMIT);
      node.stop();
      assertThat(node.log().lines()).as(node.log()).noneMatch(line -> line.startsWith("["));
    }
    try (Stream<String> lines = Files.lines(classes)) {
      return lines
          .filter(line -> line.contains(" io.phalanx.node.Node source: "))
          .map(line -> line.replaceAll(".* source: |/.*", ""))
          .collect(Collectors.joining());
    }
  }

  /** Runs a command with the launcher's functions; $2 is the checkout, $3 the JDK. */
  private static String shell(String command, Path... rest)
      throws IOException, InterruptedException {
    var all = new ArrayList<String>();
    all.addAll(List.of("sh", "-c", ". \"$1/.mvn/aot-cache.sh\"; " + command, "sh"));
    all.addAll(List.of(ROOT.toString(), checkout.toString(), System.getProperty("java.home")));
    Stream.of(rest).map(Path::toString).forEach(all::add);
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(process.waitFor()).as(output + log()).isZero();
    return output;
  }

  private static String log() throws IOException {
    Path log = work == null ? Path.of("") : work.resolve("log");
    return Files.isRegularFile(log) ? Files.readString(log) : "";
  }
}
