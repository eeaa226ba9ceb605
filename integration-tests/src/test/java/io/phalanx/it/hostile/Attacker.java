package io.phalanx.it.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.TimeUnit;

/**
 * The program that attacks. Each line of its input names an {@link Attack}, or what is none, and
 * how many seconds it goes on; each line of its output is what {@link Onslaught#report} says of it.
 */
final class Attacker {
  static final String REST = "REST";
  static final String SPIN = "SPIN";

  private Attacker() {}

  /**
   * @param arguments ports of the node, without TLS and with it
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port = Integer.parseInt(arguments[0]);
    int securePort = Integer.parseInt(arguments[1]);
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      var onslaught = new Onslaught(TimeUnit.SECONDS.toNanos(Integer.parseInt(words[1])));
      switch (words[0]) {
        case REST -> onslaught.run(0, port, (_, _) -> {});
        case SPIN -> spin(onslaught);
        default -> {
          Attack attack = Attack.valueOf(words[0]);
          onslaught.run(
              attack.connections(), attack.isOnTls() ? securePort : port, attack.script());
        }
      }
      System.out.println(onslaught.report());
    }
  }

  /** Uses what the machine has left, and leaves the node alone. */
  private static void spin(Onslaught onslaught) throws InterruptedException {
    Thread[] threads = new Thread[Runtime.getRuntime().availableProcessors()];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (onslaught.goesOn()) {
                      Thread.onSpinWait();
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
