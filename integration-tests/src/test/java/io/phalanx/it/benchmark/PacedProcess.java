package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A {@link PacedClient} on the core that is not the proxy's. */
final class PacedProcess implements AutoCloseable {
  private final Workbench workbench;
  private final Process process;
  private final BufferedReader reports;

  private PacedProcess(Workbench workbench, Process process) {
    this.workbench = workbench;
    this.process = process;
    this.reports = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  static PacedProcess start(Workbench workbench, Path log) throws IOException {
    String classPath =
        workbench.root().resolve("integration-tests/target/test-classes")
            + File.pathSeparator
            + workbench.root().resolve("node/target/lib")
            + "/*";
    return new PacedProcess(
        workbench,
        workbench
            .processes()
            .startFilter(
                log,
                Workbench.OTHER_CORE,
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx128m",
                    "-cp",
                    classPath,
                    PacedClient.class.getName())));
  }

  Process process() {
    return process;
  }

  PacedReport run(PacedJob job) throws IOException {
    process.outputWriter(UTF_8).append(JsonMapper.shared().writeValueAsString(job)).append('\n');
    process.outputWriter(UTF_8).flush();
    String report = reports.readLine();
    if (report == null) {
      throw new IOException("the paced client has ended; its log is paced.log");
    }
    return JsonMapper.shared().readValue(report, PacedReport.class);
  }

  @Override
  public void close() {
    workbench.processes().end(process);
  }
}
