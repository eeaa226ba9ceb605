package io.phalanx.cluster.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.Fleet.Belonging;
import io.phalanx.cluster.report.Report;
import io.phalanx.cluster.report.Reports;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Reports that members ask of each other, as they ask about the ledger. */
final class AskedReports implements Reports {
  private final LedgerKeeper keeper;
  private final Peers peers;
  private final Membership membership;

  AskedReports(LedgerKeeper keeper, Peers peers, Membership membership) {
    this.keeper = keeper;
    this.peers = peers;
    this.membership = membership;
  }

  @Override
  public void tellWith(Supplier<String> report) {
    keeper.reportWith(report);
  }

  @Override
  public SequencedMap<Belonging, Report> ask(Duration limit) throws InterruptedException {
    byte[] tell = CallFormat.bytes(new Call.Tell());
    var asked = new LinkedHashMap<Belonging, CompletableFuture<Report>>();
    for (Belonging member : membership.all()) {
      if (member.self()) {
        asked.put(member, CompletableFuture.completedFuture(new Report.Told(keeper.report())));
      } else if (member.present()) {
        asked.put(
            member,
            peers.ask(member.id(), tell).thenApply(AskedReports::told).toCompletableFuture());
      } else {
        asked.put(member, CompletableFuture.completedFuture(new Report.Away()));
      }
    }
    long end = System.nanoTime() + limit.toNanos();
    var reports = new LinkedHashMap<Belonging, Report>();
    for (Map.Entry<Belonging, CompletableFuture<Report>> one : asked.entrySet()) {
      reports.put(one.getKey(), outcome(one.getValue(), end - System.nanoTime(), limit));
    }
    return reports;
  }

  private static Report told(byte[] answer) {
    String text = CallFormat.content(answer).map(bytes -> new String(bytes, UTF_8)).orElse("");
    return text.length() <= MAX_CHARACTERS
        ? new Report.Told(text)
        : new Report.Silent("its report is " + text.length() + " characters long");
  }

  private static Report outcome(CompletableFuture<Report> answer, long nanos, Duration limit)
      throws InterruptedException {
    try {
      return answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return new Report.Silent("no answer within " + limit.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Report.Silent(reason(e));
    }
  }

  /** The innermost words: an earlier release does not know the question, and says so there. */
  private static String reason(Throwable failure) {
    Throwable innermost = failure;
    for (int depth = 0; innermost.getCause() != null && depth < 10; depth++) {
      innermost = innermost.getCause();
    }
    return String.valueOf(innermost.getMessage());
  }
}
