package io.phalanx.node.grpcweb;

import io.phalanx.node.mediatype.MediaTypes;
import java.util.Optional;

/** How a message of gRPC-Web is written. */
public enum WebFormat {
  /** As gRPC itself. */
  BINARY("application/grpc-web"),

  /** In base64. */
  TEXT("application/grpc-web-text");

  private static final String GRPC = "application/grpc";

  private final String type;

  WebFormat(String type) {
    this.type = type;
  }

  /**
   * That of a content type, which may name what the messages are in ({@code +proto}); empty if it
   * is none of gRPC-Web.
   */
  public static Optional<WebFormat> of(String contentType) {
    String given = MediaTypes.of(contentType);
    if (names(given, TEXT.type)) {
      return Optional.of(TEXT);
    }
    return names(given, BINARY.type) ? Optional.of(BINARY) : Optional.empty();
  }

  /** Whether a content type is that of gRPC itself. */
  public static boolean isGrpc(String contentType) {
    return names(MediaTypes.of(contentType), GRPC);
  }

  private static boolean names(String type, String wanted) {
    return type.startsWith(wanted)
        && (type.length() == wanted.length() || type.charAt(wanted.length()) == '+');
  }

  /** The content type for a server of gRPC. */
  public String toGrpc(String contentType) {
    return GRPC + contentType.strip().substring(type.length());
  }

  /** The content type for a client, of one of gRPC. */
  public String ofGrpc(String contentType) {
    return type + contentType.strip().substring(GRPC.length());
  }
}
