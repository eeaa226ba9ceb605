package io.phalanx.node.health;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.Trailers;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The answer to {@code grpc.health.v1.Health/Check} as it comes in: one message, whose first field
 * is the status, between two parts of gRPC's framing.
 */
final class GrpcReply {
  /** Of an empty message: not compressed, no bytes. That asks for the server as a whole. */
  static final byte[] REQUEST = new byte[5];

  private static final HeaderName GRPC_STATUS = HeaderName.of("Grpc-Status");
  private static final int PREFIX = 5;
  private static final int MOST_BYTES = 1024;
  private static final int STATUS_FIELD = 1 << 3;
  private static final int SERVING = 1;

  private final byte[] bytes = new byte[MOST_BYTES];
  private int length;
  private Trailers trailers = Trailers.NONE;

  /** What is wrong by the head alone: a server may end an answer with it. */
  static Optional<String> trouble(ResponseHead head) {
    if (head.status() != 200) {
      return Optional.of("it answers with " + head.status() + " to a question of gRPC");
    }
    return head.headers().first(GRPC_STATUS).flatMap(GrpcReply::trouble);
  }

  private static Optional<String> trouble(String status) {
    return switch (status) {
      case "0" -> Optional.empty();
      case "12" -> Optional.of("it does not have the gRPC health service (status 12)");
      default -> Optional.of("it answers with gRPC status " + shown(status));
    };
  }

  private static String shown(String status) {
    return status.matches("[0-9]{1,3}") ? status : "(none)";
  }

  /** Whether there is room for that. */
  boolean add(ByteBuffer from) {
    int count = from.remaining();
    if (count > MOST_BYTES - length) {
      return false;
    }
    from.get(bytes, length, count);
    length += count;
    return true;
  }

  void trailers(Trailers given) {
    trailers = given;
  }

  /** What is wrong, when all of it is there. */
  Optional<String> trouble() {
    Optional<String> status =
        trailers.fields().stream()
            .filter(field -> field.name().equals(GRPC_STATUS))
            .map(Answer.Field::value)
            .findFirst();
    if (status.isEmpty()) {
      return Optional.of("its gRPC answer ends without a status");
    }
    return trouble(status.get()).or(this::troubleOfMessage);
  }

  private Optional<String> troubleOfMessage() {
    if (length < PREFIX || bytes[0] != 0) {
      return Optional.of("its gRPC answer has no message that can be read");
    }
    // A field with the value 0 (UNKNOWN) is left out.
    int serving = length >= PREFIX + 2 && bytes[PREFIX] == STATUS_FIELD ? bytes[PREFIX + 1] : 0;
    return serving == SERVING
        ? Optional.empty()
        : Optional.of("it says that it is not serving (" + serving + ")");
  }
}
