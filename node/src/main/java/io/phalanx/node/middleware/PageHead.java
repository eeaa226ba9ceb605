package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.RequestHead;
import java.net.URLEncoder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the head of the request for a page. */
final class PageHead {
  private static final String FORWARDED_FOR = "x-forwarded-for";

  /** What is said about the client's own body, and what the client has of the other resource. */
  private static final Set<String> NEVER =
      Set.of(
          "content-length",
          "expect",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "range",
          "transfer-encoding");

  private final String path;
  private final Optional<String> query;
  private final Optional<Set<String>> only;

  /**
   * @param target path and query, with {@code {status}}, {@code {originalStatus}} and {@code {url}}
   * @param only the names of the request's headers that are sent; all if it is not given
   * @throws IllegalArgumentException if the target holds what cannot be sent
   */
  PageHead(String target, Optional<List<String>> only) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c == 0x7f) {
        throw new IllegalArgumentException("query holds a blank or a control character");
      }
    }
    int mark = target.indexOf('?');
    String given = mark < 0 ? target : target.substring(0, mark);
    this.path = given.startsWith("/") ? given : '/' + given;
    this.query = mark < 0 ? Optional.empty() : Optional.of(target.substring(mark + 1));
    this.only =
        only.map(
            names ->
                names.stream()
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Asks for the page, GET whatever the request was.
   *
   * @param shown what the client will see
   * @param original what the service answered
   */
  RequestHead of(RequestHead request, int shown, int original) {
    var headers = new HeaderLines();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (isSent(name.toLowerCase(Locale.ROOT))) {
                headers.add(HeaderName.of(name), value);
              }
            });
    var head =
        new RequestHead(
            "GET",
            request.secure(),
            request.entryPoint(),
            request.peer(),
            request.host(),
            PathEncoding.encode(filled(path, request, shown, original)),
            query.map(text -> filled(text, request, shown, original)),
            headers);
    request.tls().ifPresent(head::tls);
    if (request.peerWithheld() || (only.isPresent() && !only.get().contains(FORWARDED_FOR))) {
      head.withholdPeer();
    }
    return head;
  }

  private boolean isSent(String name) {
    return !NEVER.contains(name) && only.map(names -> names.contains(name)).orElse(true);
  }

  private static String filled(String text, RequestHead request, int shown, int original) {
    return text.indexOf('{') < 0
        ? text
        : text.replace("{status}", Integer.toString(shown))
            .replace("{originalStatus}", Integer.toString(original))
            .replace("{url}", url(request));
  }

  /** As Go's {@code url.QueryEscape} writes it. */
  private static String url(RequestHead request) {
    String url = (request.secure() ? "https" : "http") + "://" + request.host() + request.target();
    return URLEncoder.encode(url, UTF_8).replace("*", "%2A").replace("%7E", "~");
  }
}
