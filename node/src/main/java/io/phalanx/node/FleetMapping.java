package io.phalanx.node;

import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.node.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The block {@code fleet} as settings of the cluster. */
final class FleetMapping {
  static final String KEY_VARIABLE = "PHALANX_FLEET_KEY";

  /** Of the data directory: what a member knows of its fleet. */
  private static final String DIRECTORY = "fleet";

  private final Settings.FleetBlock block;
  private final Map<String, String> environment;
  private final Path dataDirectory;
  private final BiConsumer<String, String> report;

  private FleetMapping(
      Settings.FleetBlock block,
      Map<String, String> environment,
      Path dataDirectory,
      BiConsumer<String, String> report) {
    this.block = block;
    this.environment = environment;
    this.dataDirectory = dataDirectory;
    this.report = report;
  }

  /**
   * @param dataDirectory where the node keeps what must survive a restart
   * @param report told of every mistake: path and message; then there are no settings
   */
  static Optional<FleetSettings> settings(
      Settings.FleetBlock block,
      Map<String, String> environment,
      Path dataDirectory,
      BiConsumer<String, String> report) {
    return new FleetMapping(block, environment, dataDirectory, report).settings();
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> Optional<T> read(String option, Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (IOException | IllegalArgumentException e) {
      report.accept("fleet" + option, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<FleetSettings> settings() {
    Optional<List<FleetKey>> keys = keys();
    Optional<HostPort> bind = read(".bind", () -> HostPort.parse(block.bind()));
    Optional<HostPort> advertise =
        block
            .advertise()
            .map(given -> read(".advertise", () -> HostPort.parse(given)))
            .orElse(bind);
    var join = new ArrayList<HostPort>();
    for (String given : block.join()) {
      read(".join", () -> HostPort.parse(given)).ifPresent(join::add);
    }
    boolean allJoin = join.size() == block.join().size();
    if (keys.isEmpty() || bind.isEmpty() || advertise.isEmpty() || !allJoin) {
      return Optional.empty();
    }
    return read(
        "",
        () ->
            new FleetSettings(
                block.name(),
                bind.get(),
                advertise.get(),
                join,
                block.bootstrap(),
                keys.get(),
                dataDirectory.resolve(DIRECTORY),
                block.joinTimeout()));
  }

  private Optional<List<FleetKey>> keys() {
    if (block.keyFile().isPresent()) {
      return read(".keyFile", () -> FleetKey.readAll(Path.of(block.keyFile().get())));
    }
    String given = environment.getOrDefault(KEY_VARIABLE, "");
    return given.isBlank()
        ? read(
            "",
            () -> {
              throw new IOException(
                  "needs a key: `keyFile`, or the environment variable "
                      + KEY_VARIABLE
                      + "; `phalanx fleet key` makes one");
            })
        : read("", () -> FleetKey.parseAll(given));
  }
}
