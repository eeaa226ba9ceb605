package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** grpc-java's interop server, and its client for whether a proxy passes on what makes a call. */
final class GrpcServer {
  private static final long START_LIMIT_SECONDS = 60;

  private GrpcServer() {}

  static Process start(Workbench workbench, int port, Path log) throws IOException {
    Process server =
        workbench
            .processes()
            .start(
                log,
                Workbench.OTHER_CORE,
                program(
                    workbench,
                    "io.grpc.testing.integration.TestServiceServer",
                    "--port=" + port,
                    "--use_tls=false"));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_LIMIT_SECONDS);
    while (!Ports.listens(port)) {
      if (!server.isAlive() || System.nanoTime() > end) {
        throw new IOException("the gRPC server does not listen");
      }
      server.onExit().completeOnTimeout(server, 50, TimeUnit.MILLISECONDS).join();
    }
    return server;
  }

  /** A call with a status and a message that only trailers can tell. */
  static void requireCalls(Workbench workbench, Contestant contestant) throws IOException {
    workbench
        .processes()
        .run(
            Workbench.OTHER_CORE,
            program(
                workbench,
                "io.grpc.testing.integration.TestServiceClient",
                "--test_case=status_code_and_message",
                "--server_host=127.0.0.1",
                "--server_port=" + contestant.port(),
                "--use_tls=false"));
  }

  private static List<String> program(Workbench workbench, String name, String... arguments)
      throws IOException {
    Path classPath =
        workbench.root().resolve("integration-tests/grpc-interop/target/class-path.txt");
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                Files.readString(classPath).strip(),
                name),
            Stream.of(arguments))
        .toList();
  }
}
