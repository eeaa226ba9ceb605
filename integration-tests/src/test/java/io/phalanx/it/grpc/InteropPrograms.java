package io.phalanx.it.grpc;

import io.phalanx.it.harness.Ports;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** grpc-java's interop client and server, as programs of their own. */
final class InteropPrograms {
  /** The slowest case is given up by the client itself after 15 s. */
  private static final int LIMIT_SECONDS = 150;

  /** The name that the server's certificate is for, which comes with the programs. */
  static final String SERVER_NAME = "foo.test.google.fr";

  private final Path root = Path.of(System.getProperty("phalanx.root"), "integration-tests");
  private final String classPath;

  InteropPrograms() throws IOException {
    classPath = Files.readString(root.resolve("grpc-interop/target/class-path.txt")).strip();
  }

  /** A client that goes through all cases. */
  record Run(Process process, Path results, Path log) {
    /** Waits for its end: what became of each case, {@code passed} or why it failed. */
    Map<String, String> outcomes() throws IOException, InterruptedException {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the client did not end:\n" + Files.readString(log));
      }
      var outcomes = new TreeMap<String, String>();
      for (String line : Files.readAllLines(results)) {
        int space = line.indexOf(' ');
        outcomes.put(line.substring(0, space), line.substring(space + 1));
      }
      return outcomes;
    }

    String said() throws IOException {
      return Files.readString(log);
    }
  }

  private ProcessBuilder program(String classes, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx384m", "-cp"));
    command.add(classes);
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  /** Starts a server and waits until it listens. */
  Process server(int port, boolean tls, Path log) throws IOException, InterruptedException {
    Process server =
        program(
                classPath,
                List.of(
                    "io.grpc.testing.integration.TestServiceServer",
                    "--port=" + port,
                    "--use_tls=" + tls))
            .redirectOutput(log.toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Ports.listens(port)) {
      if (!server.isAlive() || System.nanoTime() > end) {
        server.destroyForcibly();
        throw new AssertionError("the interop server does not listen:\n" + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return server;
  }

  /** Starts a client that runs all cases but some. */
  Run client(int port, boolean tls, List<String> leftOut, Path directory) throws IOException {
    Files.createDirectories(directory);
    Path results = directory.resolve("results.txt");
    Path log = directory.resolve("client.log");
    String classes = classPath + File.pathSeparator + root.resolve("target/test-classes");
    Process process =
        program(
                classes,
                List.of(
                    InteropCases.class.getName(),
                    results.toString(),
                    String.join(",", leftOut),
                    "--server_host=127.0.0.1",
                    "--server_port=" + port,
                    "--server_host_override=" + SERVER_NAME,
                    "--use_tls=" + tls,
                    "--use_test_ca=true",
                    "--soak_iterations=20",
                    "--soak_overall_timeout_seconds=120",
                    "--soak_per_iteration_max_acceptable_latency_ms=30000",
                    "--service_config_json={\"loadBalancingConfig\":"
                        + "[{\"test_backend_metrics_load_balancer\":{}}]}"))
            .redirectOutput(log.toFile())
            .start();
    return new Run(process, results, log);
  }

  /** Copies a certificate or key that comes with the programs. */
  Path copy(String name, Path directory) throws IOException {
    for (String jar : classPath.split(File.pathSeparator)) {
      try (var zip = new ZipFile(jar)) {
        ZipEntry entry = zip.getEntry("certs/" + name);
        if (entry != null) {
          Path copy = directory.resolve(name);
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, copy);
          }
          return copy;
        }
      }
    }
    throw new IOException("no " + name + " comes with the interop programs");
  }
}
