package io.phalanx.it.conformance;

import io.phalanx.it.harness.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The proxy of one case: a node as the launcher starts it. */
final class ProxyProcess implements AutoCloseable {
  private static final long STOP_LIMIT_SECONDS = 20;

  private final Process process;

  private ProxyProcess(Process process) {
    this.process = process;
  }

  /**
   * @param directory of this node alone
   */
  static ProxyProcess start(
      Path directory, List<String> arguments, Map<String, String> environment, Path cache)
      throws IOException {
    Path log = directory.resolve("proxy.log");
    var options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    if (Files.exists(cache)) {
      options.add("-XX:AOTCache=" + cache);
    }
    var builder =
        new ProcessBuilder(NodeProcess.command(options, arguments))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("TRAEFIK_") || name.startsWith("PHALANX_"));
    builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
    builder.environment().put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    builder.environment().putAll(environment);
    return new ProxyProcess(builder.start());
  }

  /**
   * Makes the cache of classes that shortens the start of all others, by a node that starts and
   * stops. Without it everything works, but later.
   *
   * @param more arguments of that node, for what the others need beside routes
   */
  static Path makeCache(Path directory, List<String> more)
      throws IOException, InterruptedException {
    Path cache = directory.resolve("classes.aot");
    Path dynamic = Files.createDirectories(directory.resolve("dynamic"));
    Files.writeString(
        dynamic.resolve("a.yml"),
        "http: {routers: {a: {rule: \"Host(`a`)\", service: a}}, services: {a: {loadBalancer:"
            + " {servers: [{url: \"http://127.0.0.1:9\"}]}}}}");
    var arguments = new ArrayList<>(more);
    arguments.add("--entryPoints.web.address=127.0.0.1:0");
    arguments.add("--providers.file.directory=" + dynamic);
    arguments.add("--dataDir=" + directory.resolve("data"));
    Process process =
        new ProcessBuilder(
                NodeProcess.command(
                    List.of("-XX:TieredStopAtLevel=1", "-XX:AOTCacheOutput=" + cache), arguments))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("cache.log").toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_LIMIT_SECONDS);
    while (System.nanoTime() < end
        && process.isAlive()
        && !Files.readString(directory.resolve("cache.log")).contains("listens on")) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    process.destroy();
    if (!process.waitFor(3 * STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return cache;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM, and waits for the end. */
  void stop() throws InterruptedException {
    process.destroy();
    process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
