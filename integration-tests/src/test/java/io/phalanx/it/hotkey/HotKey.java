package io.phalanx.it.hotkey;

import io.phalanx.it.hotkey.MemberMain.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * One key that three members decide on: what a decision costs beside Redis asked by the same
 * processes, and what it costs while the bucket's owner is stopped. Started by {@code
 * integration-tests/hotkey}.
 */
public final class HotKey {
  private HotKey() {}

  /**
   * @param arguments how many rounds, and which part: {@code decisions}, {@code stopped} or {@code
   *     all}
   */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    String part = arguments[1];
    Path directory = Files.createTempDirectory("hotkey");
    var figures = new LinkedHashMap<String, Object>();
    figures.put("processors", Runtime.getRuntime().availableProcessors());
    figures.put("rounds", rounds);
    long beyond = 0;
    try (RedisServer redis = RedisServer.start(directory);
        Members members = Members.start(directory, redis.port())) {
      // A member that is stopped, and a server that is nobody's, would outlive an interrupted run.
      Runtime.getRuntime().addShutdownHook(new Thread(members::close));
      Runtime.getRuntime().addShutdownHook(new Thread(redis::close));
      if (!part.equals("stopped")) {
        var contest = new Contest(members, redis);
        contest.run(rounds);
        System.out.println(contest.table());
        figures.put("decisions", contest.figures());
        beyond = contest.beyond(Side.PHALANX);
      }
      if (!part.equals("decisions")) {
        var stopped = new StoppedOwner(members);
        stopped.run(rounds);
        System.out.println(stopped.table());
        figures.put("stopped", stopped.figures());
      }
    }
    System.out.println(new JsonMapper().writeValueAsString(figures));
    if (beyond > 0) {
      throw new AssertionError("the fleet admitted " + beyond + " more than the limit");
    }
  }
}
