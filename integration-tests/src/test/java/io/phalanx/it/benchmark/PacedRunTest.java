package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.benchmark.AnsweringServer.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PacedRunTest {
  private static final int PER_SECOND = 200;
  private static final int FEW_PER_SECOND = 20;

  /** More than a window of HTTP/2 and several records of TLS. */
  private static final int LARGE = 100_000;

  @TempDir private static Path directory;
  private static Tls tls;

  @BeforeAll
  static void makeCertificate() throws IOException {
    tls = Tls.create(directory);
  }

  @ParameterizedTest
  @EnumSource
  void everyRequestIsAnsweredOnEveryWire(Wire wire) throws IOException {
    var asked = new AtomicInteger();
    try (var server =
        AnsweringServer.start(
            wire,
            tls,
            path -> {
              asked.incrementAndGet();
              return new Reply(200, path.equals("/large") ? LARGE : 10);
            })) {
      PacedReport small = load(wire, server, "/", 10, PER_SECOND);
      PacedReport large = load(wire, server, "/large", LARGE, FEW_PER_SECOND);

      assertThat(small.errors()).isZero();
      assertThat(large.errors()).isZero();
      assertThat(small.p50Micros()).isPositive();
      assertThat(asked).hasValue(PER_SECOND + FEW_PER_SECOND);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerOfAnotherLengthOrStatusIsAnError(Wire wire) throws IOException {
    try (var server =
        AnsweringServer.start(wire, tls, path -> new Reply(path.equals("/") ? 200 : 500, 10))) {
      assertThat(load(wire, server, "/", 11, FEW_PER_SECOND).errors()).isEqualTo(FEW_PER_SECOND);
      assertThat(load(wire, server, "/500", 10, FEW_PER_SECOND).errors()).isEqualTo(FEW_PER_SECOND);
    }
  }

  @Test
  void whatWaitsBehindASlowAnswerIsSlow() throws IOException {
    var asked = new AtomicInteger();
    try (var server =
        AnsweringServer.start(
            Wire.HTTP1,
            tls,
            path -> {
              if (asked.incrementAndGet() == PER_SECOND / 4) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
              }
              return new Reply(200, 10);
            })) {
      PacedReport report = load(Wire.HTTP1, server, "/", 10, PER_SECOND);

      assertThat(report.errors()).isZero();
      assertThat(report.p99Micros()).isGreaterThan(450_000);
      assertThat(report.lateMicros()).isGreaterThan(450_000);
    }
  }

  private static PacedReport load(
      Wire wire, AnsweringServer server, String path, int length, int perSecond)
      throws IOException {
    return PacedRun.run(
        new PacedJob(
            wire,
            server.port(),
            tls.chainFile().toString(),
            "bench.test",
            path,
            List.of("X-One: 1"),
            "",
            length,
            1,
            wire.isHttp2() ? 8 : 1,
            perSecond,
            1),
        tls.clientContext());
  }
}
