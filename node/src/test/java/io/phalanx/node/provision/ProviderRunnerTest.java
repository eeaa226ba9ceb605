package io.phalanx.node.provision;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.lease.Leases.Candidacy;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.node.activation.Contents;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.dynamic.Http;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.tree.ReadLimits;
import io.phalanx.providers.tree.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ProviderRunnerTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(ProviderRunner.class);

  private final Fleet fleet = LocalFleet.start(InstantSource.system(), Path.of("none"));
  private final BlockingQueue<DynamicConfig> given = new LinkedBlockingQueue<>();
  private final BlockingQueue<DynamicConfig> published = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logged.add(event.getFormattedMessage());
        }
      };
  private final Candidacy candidacy = fleet.leases().compete("provider/file", runner());

  private ProviderRunner runner() {
    var first = RevisionContent.of(Tree.Mapping.EMPTY);
    return new ProviderRunner(
        "file",
        out -> {
          while (true) {
            out.accept(new Snapshot(given.take(), List.of()));
          }
        },
        new SnapshotPublisher(fleet.revisions(), "member", first, new Contents(), (_, _) -> true),
        Duration.ZERO);
  }

  @BeforeEach
  void watch() {
    appender.start();
    LOG.addAppender(appender);
    fleet
        .revisions()
        .subscribe(
            revision ->
                published.addAll(RevisionContent.decode(revision.hidden()).snapshots().values()));
  }

  @AfterEach
  void end() {
    candidacy.close();
    LOG.detachAppender(appender);
    fleet.close();
  }

  @Test
  void thirtyThousandMiddlewaresOfOneOptionEachFitIntoARevision() throws Exception {
    var text = new StringBuilder("http:\n  middlewares:\n");
    for (int i = 0; i < 30_000; i++) {
      text.append("    m").append(i).append(": {headers: {frameDeny: true}}\n");
    }
    DynamicConfig many = read(text.toString());

    given.add(many);

    assertThat(published.poll(20, TimeUnit.SECONDS)).isEqualTo(many);
  }

  @Test
  void whatDoesNotFitIntoARevisionLeavesTheOneBeforeAndEndsNothing() throws Exception {
    DynamicConfig small = read(SERVICE.formatted("before"));
    given.add(small);
    assertThat(published.poll(20, TimeUnit.SECONDS)).isEqualTo(small);
    logged.clear();

    given.add(large());
    assertThat(logged.poll(20, TimeUnit.SECONDS))
        .contains("provider file: what it served before stays")
        .contains("at most " + ReadLimits.MAX_ENCODED_BYTES);

    DynamicConfig next = read(SERVICE.formatted("after"));
    given.add(next);
    assertThat(published.poll(20, TimeUnit.SECONDS)).isEqualTo(next);
  }

  @Test
  void whatAMemberCannotServeLeavesTheOneBeforeAndEndsNothing() throws Exception {
    DynamicConfig small = read(SERVICE.formatted("before"));
    given.add(small);
    assertThat(published.poll(20, TimeUnit.SECONDS)).isEqualTo(small);
    logged.clear();
    fleet
        .revisions()
        .tryWith(
            revision ->
                revision.content().contains("bad")
                    ? Optional.of("no such word")
                    : Optional.empty());

    given.add(read(SERVICE.formatted("bad")));
    assertThat(logged.poll(20, TimeUnit.SECONDS))
        .isEqualTo(
            "provider file: what it served before stays: member this node cannot serve it: no such"
                + " word");

    DynamicConfig next = read(SERVICE.formatted("after"));
    given.add(next);
    assertThat(published.poll(20, TimeUnit.SECONDS)).isEqualTo(next);
  }

  private static final String SERVICE =
      "http: {services: {s: {loadBalancer: {servers: [{url: \"http://%s\"}]}}}}";

  /** Within the limits of a file in each of its parts, but not of a revision. */
  private static DynamicConfig large() {
    String host = "x".repeat(ReadLimits.MAX_CHARACTERS - 1_000);
    Service service = read(SERVICE.formatted(host)).http().services().values().iterator().next();
    var services = new LinkedHashMap<String, Service>();
    for (int i = 0; i < 5; i++) {
      services.put("s" + i, service);
    }
    return new DynamicConfig(new Http(Map.of(), services, Map.of(), Map.of()));
  }

  private static DynamicConfig read(String yaml) {
    return DynamicConfigReader.read("f.yml", yaml).decoded().value().orElseThrow();
  }
}
