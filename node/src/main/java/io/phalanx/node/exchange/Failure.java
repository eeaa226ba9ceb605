package io.phalanx.node.exchange;

import java.util.Locale;

/**
 * Why a request could not be answered by its server: whose fault it is, and how far it had come.
 * All failures are told to {@link Exchange#fail}, or to {@link ExchangeObserver#refused} where
 * there is no exchange yet; what is answered, logged and counted follows from what stands here.
 */
public sealed interface Failure {
  /** Of what nobody foresaw: this node is at fault, or has no memory for anybody. */
  static Failure unforeseen(Throwable cause) {
    return cause instanceof OutOfMemoryError
        ? new NoRoom("no memory is left: " + cause.getMessage())
        : new NodeFault(cause.toString(), cause);
  }

  /** For the log: what went wrong, in words, without anything secret. */
  String reason();

  /** What the client is told, if it can still be told anything: 400 to 599. */
  int status();

  /** For metrics: the same in words of small sets. */
  Labels labels();

  /**
   * A failure in words of small sets, in lower case.
   *
   * @param side whose fault it is: {@code client}, {@code server} or {@code node}
   * @param kind what went wrong: {@code unreachable}, {@code closed}, {@code timeout}, {@code
   *     protocol}, {@code too_large}, {@code unsupported} or {@code internal}
   * @param stage how far things had come: {@code reading} the request, {@code connecting}, {@code
   *     sending}, {@code awaiting_head} or {@code streaming}
   */
  record Labels(String side, String kind, String stage) {}

  /** The client sent something that may not be, or went away. */
  record ClientFault(int status, String reason) implements Failure {
    @Override
    public Labels labels() {
      String kind =
          switch (status) {
            case 408 -> "timeout";
            case 413, 414, 431 -> "too_large";
            case 417, 501, 505 -> "unsupported";
            case 499 -> "closed";
            default -> "protocol";
          };
      return new Labels("client", kind, "reading");
    }
  }

  /** The server could not be reached, went away, was too slow or broke the protocol. */
  record UpstreamFault(String server, Stage stage, Kind kind, String reason) implements Failure {
    /**
     * How far the exchange with the server had come. Only before {@link #SENDING} is it certain
     * that the server saw nothing.
     */
    public enum Stage {
      CONNECTING,
      SENDING,
      AWAITING_HEAD,
      STREAMING
    }

    public enum Kind {
      UNREACHABLE,
      CLOSED,
      TIMEOUT,
      PROTOCOL,

      /** It does not speak TLS, or did not prove who it is. */
      TLS
    }

    /** Traefik's, for each kind. */
    @Override
    public int status() {
      return switch (kind) {
        case UNREACHABLE, CLOSED, PROTOCOL -> 502;
        case TIMEOUT -> 504;
        case TLS -> 500;
      };
    }

    /** Whether it is certain that nothing of the request was sent. */
    public boolean isUnsent() {
      return stage == Stage.CONNECTING;
    }

    @Override
    public Labels labels() {
      return new Labels("server", lowerCase(kind), lowerCase(stage));
    }

    private static String lowerCase(Enum<?> word) {
      return word.name().toLowerCase(Locale.ROOT);
    }
  }

  /** The service has no server to send the request to. */
  record NoServer(String service) implements Failure {
    @Override
    public String reason() {
      return "service " + service + " has no available server";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public Labels labels() {
      return new Labels("server", "unreachable", "connecting");
    }
  }

  /** This node holds as much as it may already. */
  record NoRoom(String reason) implements Failure {
    @Override
    public int status() {
      return 503;
    }

    @Override
    public Labels labels() {
      return new Labels("node", "too_large", "reading");
    }
  }

  /** This node is at fault. */
  record NodeFault(String reason, Throwable cause) implements Failure {
    @Override
    public int status() {
      return 500;
    }

    @Override
    public Labels labels() {
      return new Labels("node", "internal", "reading");
    }
  }
}
