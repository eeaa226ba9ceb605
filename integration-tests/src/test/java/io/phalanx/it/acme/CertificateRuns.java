package io.phalanx.it.acme;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is promised of certificates on a fleet, tried often enough to believe it: holders killed at
 * each step of orders, and many names at once. Started by {@code integration-tests/certificates}.
 */
public final class CertificateRuns {
  private CertificateRuns() {}

  /**
   * @param args how often the holder is killed at each step, and how many names are ordered at once
   */
  public static void main(String[] args) throws Exception {
    int times = Integer.parseInt(args[0]);
    int names = Integer.parseInt(args[1]);
    Path directory = Files.createTempDirectory("certificates");
    var wrong = new ArrayList<String>();
    if (times > 0) {
      wrong.addAll(deaths(directory.resolve("deaths"), times));
    }
    if (names > 0) {
      wrong.addAll(many(directory.resolve("many"), names));
    }
    wrong.forEach(System.out::println);
    System.out.println(
        wrong.isEmpty() ? "as promised" : wrong.size() + " violations; logs: " + directory);
    System.exit(wrong.isEmpty() ? 0 : 1);
  }

  private static List<String> deaths(Path directory, int times) throws Exception {
    try (ResolverFleet fleet = ResolverFleet.start(directory, Pebble.Making.USUAL)) {
      OrderDeaths deaths = OrderDeaths.all(fleet, times);
      System.out.print(deaths.table());
      var wrong = new ArrayList<>(deaths.wrong());
      wrong.addAll(deaths.wrongInTheEnd());
      return wrong;
    }
  }

  private static List<String> many(Path directory, int names) throws Exception {
    try (ResolverFleet fleet = ResolverFleet.start(directory, Pebble.Making.QUICK)) {
      ManyNames.Result result = ManyNames.run(fleet, names);
      System.out.println(result);
      return result.wrong();
    }
  }
}
