package io.phalanx.it.hotkey;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.phalanx.cluster.budget.Limit;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * A token bucket in Redis, taken from by a script there, as Traefik's {@code rateLimit} with {@code
 * redis} does. What is asked at once goes out at once, on one connection.
 */
final class RedisDecider implements Decider, AutoCloseable {
  private static final String SECONDS_TO_LIVE = "60";

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final String script;

  private RedisDecider(
      RedisClient client, StatefulRedisConnection<String, String> connection, String script) {
    this.client = client;
    this.connection = connection;
    this.script = script;
  }

  static RedisDecider connect(int port) throws IOException {
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
    StatefulRedisConnection<String, String> connection = client.connect();
    try (InputStream in =
        Objects.requireNonNull(RedisDecider.class.getResourceAsStream("/hotkey/take.lua"))) {
      String script = connection.sync().scriptLoad(new String(in.readAllBytes(), UTF_8));
      connection.setAutoFlushCommands(false);
      return new RedisDecider(client, connection, script);
    }
  }

  @Override
  public CompletionStage<Outcome> decide(String key, Limit limit) {
    double perMicrosecond = limit.tokens() * 1e3 / limit.period().toNanos();
    return connection
        .async()
        .<Long>evalsha(
            script,
            ScriptOutputType.INTEGER,
            new String[] {key},
            Double.toString(perMicrosecond),
            Long.toString(limit.burst()),
            SECONDS_TO_LIVE,
            Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now())))
        .handle(
            (admitted, failure) ->
                failure != null
                    ? Outcome.UNANSWERED
                    : admitted == 1 ? Outcome.ADMITTED : Outcome.REFUSED);
  }

  @Override
  public void flush() {
    connection.flushCommands();
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
