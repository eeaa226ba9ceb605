package io.phalanx.it.hotkey;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Three members as processes that are one fleet. */
final class Members implements AutoCloseable {
  static final int COUNT = 3;

  private final List<Member> all = new ArrayList<>();

  /** What some members are to decide, all at the same time. */
  record Task(MemberMain.Side side, String key, long burst, long tokens, int perSecond) {
    String command(Duration lead, Duration time, int members) {
      return String.join(
          " ",
          "run",
          side.name().toLowerCase(Locale.ROOT),
          key,
          Long.toString(burst),
          Long.toString(tokens),
          Integer.toString((perSecond + members - 1) / members),
          Long.toString(lead.toMillis()),
          Long.toString(time.toMillis()));
    }
  }

  static Members start(Path directory, int redisPort) throws IOException {
    var members = new Members();
    Path key = directory.resolve("fleet.key");
    FleetKey.generate().write(key);
    List<Integer> ports = Ports.free(COUNT);
    try {
      for (int i = 0; i < COUNT; i++) {
        Path own = Files.createDirectory(directory.resolve("member-" + i));
        members.all.add(
            Member.start(
                own.resolve("log"),
                List.of(
                    "127.0.0.1:" + ports.get(i),
                    "127.0.0.1:" + ports.getFirst(),
                    key.toString(),
                    own.toString(),
                    Integer.toString(redisPort))));
        members.all.getLast().ask("id");
      }
      for (Member member : members.all) {
        if (!member.ask("members").equals(Integer.toString(COUNT))) {
          throw new IOException("the members are no fleet of " + COUNT);
        }
      }
    } catch (IOException e) {
      members.close();
      throw e;
    }
    return members;
  }

  Member get(int member) {
    return all.get(member);
  }

  /** The number of the member that keeps the bucket. */
  int owner(String key, long burst, long tokens) throws IOException {
    String owner = all.getFirst().ask("owner " + key + " " + burst + " " + tokens);
    for (int i = 0; i < COUNT; i++) {
      if (all.get(i).ask("id").equals(owner)) {
        return i;
      }
    }
    throw new IOException("no member is " + owner);
  }

  /** What all of them did together. */
  Sample run(Task task, Duration time) throws IOException {
    List<Integer> everyone = List.of(0, 1, 2);
    begin(task, Duration.ZERO, time, everyone);
    return end(everyone);
  }

  /**
   * @param lead how long it goes on before it counts
   */
  void begin(Task task, Duration lead, Duration time, List<Integer> some) throws IOException {
    for (int member : some) {
      all.get(member).tell(task.command(lead, time, some.size()));
    }
  }

  /** What they did together that were to begin. */
  Sample end(List<Integer> some) throws IOException {
    var samples = new ArrayList<Sample>();
    for (int member : some) {
      samples.add(Sample.parse(all.get(member).answer()));
    }
    return Sample.merged(samples);
  }

  @Override
  public void close() {
    all.forEach(Member::close);
  }
}
