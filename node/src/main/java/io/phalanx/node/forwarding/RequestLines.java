package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Trailers;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The header lines of a request that a server gets, whatever version of HTTP it speaks. What
 * belongs to one connection only is left out (RFC 9110, section 7.6.1), as are host and framing,
 * which each version has its own way for; the peer is appended to {@code X-Forwarded-For} as
 * Traefik does. Belongs to one I/O thread.
 */
final class RequestLines implements BiConsumer<String, String> {
  private static final String TE = "te";

  private final BiConsumer<String, String> to;
  private Set<String> hopByHop = Set.of();
  private String forwardedFor = "";
  private boolean trailersTaken;
  private boolean unknownLength;

  /**
   * @param to is told of each line, its name spelt as it came
   */
  RequestLines(BiConsumer<String, String> to) {
    this.to = to;
  }

  /**
   * @param bodyLength as {@link io.phalanx.node.exchange.BodySource#length}
   */
  void tell(RequestHead request, long bodyLength) {
    forwardedFor = "";
    trailersTaken = false;
    unknownLength = bodyLength < 0;
    Headers headers = request.headers();
    hopByHop = headers.contains(HeaderName.CONNECTION) ? namedByConnection(headers) : Set.of();
    headers.forEach(this);
    if (trailersTaken) {
      to.accept("Te", "trailers");
    }
    String peer = request.peerWithheld() ? "" : request.peer().text();
    if (!forwardedFor.isEmpty() || !peer.isEmpty()) {
      String between = forwardedFor.isEmpty() || peer.isEmpty() ? "" : ", ";
      to.accept("X-Forwarded-For", forwardedFor + between + peer);
    }
  }

  /** One line of the request, as {@link Headers#forEach} tells it. */
  @Override
  public void accept(String name, String value) {
    if (isPassed(name, value)) {
      to.accept(name, value);
    }
  }

  private boolean isPassed(String name, String value) {
    if (!hopByHop.isEmpty() && hopByHop.contains(name.toLowerCase(Locale.ROOT))) {
      return false;
    }
    // The length comes first because most names are none of these.
    return switch (name.length()) {
      case 2 -> {
        boolean te = name.equalsIgnoreCase(TE);
        trailersTaken |= te && takesTrailers(value);
        yield !te;
      }
      case 4 -> !name.equalsIgnoreCase("host");
      case 7 -> !name.equalsIgnoreCase("upgrade") && !isAnnouncement(name, value);
      case 10 -> !name.equalsIgnoreCase("connection") && !name.equalsIgnoreCase("keep-alive");
      case 14 -> !name.equalsIgnoreCase("content-length");
      case 15 -> {
        boolean ours = name.equalsIgnoreCase("x-forwarded-for");
        if (ours && !value.isEmpty()) {
          forwardedFor = forwardedFor.isEmpty() ? value : forwardedFor + ", " + value;
        }
        yield !ours;
      }
      case 16 -> !name.equalsIgnoreCase("proxy-connection");
      case 17 -> !name.equalsIgnoreCase("transfer-encoding");
      case 18 -> !name.equalsIgnoreCase("proxy-authenticate");
      case 19 -> !name.equalsIgnoreCase("proxy-authorization");
      default -> true;
    };
  }

  /** Trailers are announced where they can come, and only those that are passed on. */
  private boolean isAnnouncement(String name, String value) {
    boolean announcement = name.equalsIgnoreCase("trailer");
    if (announcement && unknownLength) {
      String announced = Trailers.announcement(value);
      if (!announced.isEmpty()) {
        to.accept("Trailer", announced);
      }
    }
    return announcement;
  }

  private static boolean takesTrailers(String value) {
    for (var codings = new StringTokenizer(value, ", \t"); codings.hasMoreTokens(); ) {
      if (codings.nextToken().equalsIgnoreCase("trailers")) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> namedByConnection(Headers headers) {
    var named = new TreeSet<String>();
    for (String value : headers.all(HeaderName.CONNECTION)) {
      for (var options = new StringTokenizer(value, ", \t"); options.hasMoreTokens(); ) {
        named.add(options.nextToken().toLowerCase(Locale.ROOT));
      }
    }
    named.remove(TE);
    return named;
  }
}
