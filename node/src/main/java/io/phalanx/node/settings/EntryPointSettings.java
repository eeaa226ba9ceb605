package io.phalanx.node.settings;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.providers.dynamic.Router;
import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.NotServed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One entry point: an address to listen on, and what holds for all that comes in there. */
@NotServed({"http3", "udp"})
public record EntryPointSettings(
    Address address,
    boolean allowACMEByPass,
    boolean reusePort,
    boolean asDefault,
    Transport transport,
    @AllowEmpty Optional<ProxyProtocol> proxyProtocol,
    ForwardedHeaders forwardedHeaders,
    EntryPointHttp http,
    Http2 http2,
    Observability observability) {
  /** Below zero is without a limit, as in Traefik. */
  public record Transport(
      LifeCycle lifeCycle,
      RespondingTimeouts respondingTimeouts,
      @Default("0s") Duration keepAliveMaxTime,
      int keepAliveMaxRequests) {}

  public record LifeCycle(
      @Default("0s") Duration requestAcceptGraceTimeout, @Default("10s") Duration graceTimeOut) {
    public LifeCycle {
      new Each()
          .notNegative("requestAcceptGraceTimeout", requestAcceptGraceTimeout)
          .notNegative("graceTimeOut", graceTimeOut)
          .require();
    }
  }

  /** Zero and below are without a limit, as in Traefik. */
  public record RespondingTimeouts(
      @Default("60s") Duration readTimeout,
      @Default("0s") Duration writeTimeout,
      @Default("180s") Duration idleTimeout) {}

  /** The peers whose PROXY header is believed; without any it is only read. */
  public record ProxyProtocol(boolean insecure, List<String> trustedIPs) {
    public ProxyProtocol {
      new Each().of("trustedIPs", trustedIPs, AddressRange::parse).require();
    }
  }

  public record ForwardedHeaders(
      boolean insecure,
      List<String> trustedIPs,
      List<String> connection,
      boolean notAppendXForwardedFor) {
    public ForwardedHeaders {
      new Each()
          .of("trustedIPs", trustedIPs, AddressRange::parse)
          .of("connection", connection, HeaderName::of)
          .require();
    }
  }

  /**
   * @param tls for routers that have none of their own
   */
  public record EntryPointHttp(
      Optional<Redirections> redirections,
      List<String> middlewares,
      EncodedCharacters encodedCharacters,
      boolean encodeQuerySemicolons,
      @Default("true") boolean sanitizePath,
      @Default("1048576") int maxHeaderBytes,
      @Default("keep") UnderscoreHeaders underscoreHeadersStrategy,
      @AllowEmpty Optional<Router.RouterTls> tls) {
    private static final int LEAST_HEADER_BYTES = 1024;

    public EntryPointHttp {
      if (maxHeaderBytes < LEAST_HEADER_BYTES) {
        throw new IllegalArgumentException(
            "maxHeaderBytes is at least " + LEAST_HEADER_BYTES + ", not " + maxHeaderBytes);
      }
    }
  }

  public enum UnderscoreHeaders {
    KEEP,
    DELETE,
    REJECT
  }

  public record Redirections(Optional<Redirection> entryPoint) {}

  /**
   * @param to name of an entry point, or {@code :port}
   */
  public record Redirection(
      String to,
      @Default("https") String scheme,
      @Default("true") boolean permanent,
      @Default("9223372036854775806") long priority) {
    public Redirection {
      if (to.isBlank()) {
        throw new IllegalArgumentException("to is empty");
      }
      if (to.startsWith(":") && Address.parse(to).port() == 0) {
        throw new IllegalArgumentException("to: a port is from 1 to 65535");
      }
      if (scheme.isBlank()) {
        throw new IllegalArgumentException("scheme is empty");
      }
    }
  }

  public record EncodedCharacters(
      @Default("true") boolean allowEncodedSlash,
      @Default("true") boolean allowEncodedBackSlash,
      @Default("true") boolean allowEncodedNullCharacter,
      @Default("true") boolean allowEncodedSemicolon,
      @Default("true") boolean allowEncodedPercent,
      @Default("true") boolean allowEncodedQuestionMark,
      @Default("true") boolean allowEncodedHash) {}

  /** Bounds of HTTP/2. None can be turned off: 0 stands for the default, as in Traefik. */
  public record Http2(
      @Default("250") int maxConcurrentStreams,
      @Default("4096") int maxDecoderHeaderTableSize,
      @Default("4096") int maxEncoderHeaderTableSize) {
    private static final int STREAMS = 250;
    private static final int TABLE_SIZE = 4096;

    public Http2 {
      maxConcurrentStreams = given("maxConcurrentStreams", maxConcurrentStreams, STREAMS);
      maxDecoderHeaderTableSize =
          given("maxDecoderHeaderTableSize", maxDecoderHeaderTableSize, TABLE_SIZE);
      maxEncoderHeaderTableSize =
          given("maxEncoderHeaderTableSize", maxEncoderHeaderTableSize, TABLE_SIZE);
    }

    private static int given(String name, int value, int unlessGiven) {
      if (value < 0) {
        throw new IllegalArgumentException(name + " must not be negative, but is " + value);
      }
      return value == 0 ? unlessGiven : value;
    }
  }

  public record Observability(
      @Default("true") boolean accessLogs,
      @Default("true") boolean metrics,
      @Default("true") boolean tracing,
      @Default("minimal") TraceVerbosity traceVerbosity) {}

  public enum TraceVerbosity {
    MINIMAL,
    DETAILED
  }

  /** An entry point of which only the address is given. */
  static EntryPointSettings at(Address address) {
    return new EntryPointSettings(
        address,
        false,
        false,
        false,
        new Transport(
            new LifeCycle(Duration.ZERO, Duration.ofSeconds(10)),
            new RespondingTimeouts(Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(180)),
            Duration.ZERO,
            0),
        Optional.empty(),
        new ForwardedHeaders(false, List.of(), List.of(), false),
        new EntryPointHttp(
            Optional.empty(),
            List.of(),
            new EncodedCharacters(true, true, true, true, true, true, true),
            false,
            true,
            1 << 20,
            UnderscoreHeaders.KEEP,
            Optional.empty()),
        new Http2(250, 4096, 4096),
        new Observability(true, true, true, TraceVerbosity.MINIMAL));
  }

  /** Where all that comes in here is redirected to. */
  public Optional<Redirection> redirection() {
    return http.redirections().flatMap(Redirections::entryPoint);
  }
}
