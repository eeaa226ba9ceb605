package io.phalanx.node.exchange;

/**
 * Why a request could not be answered by its server: whose fault it is, and how far it had come.
 */
public sealed interface Failure {
  /** For the log: what went wrong, in words, without anything secret. */
  String reason();

  /** The client sent something that may not be, or went away. */
  record ClientFault(int status, String reason) implements Failure {}

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
  }

  /** The service has no server to send the request to. */
  record NoServer(String service) implements Failure {
    @Override
    public String reason() {
      return "service " + service + " has no available server";
    }
  }

  /** This node is at fault. */
  record NodeFault(String reason, Throwable cause) implements Failure {}
}
