package io.phalanx.node.middleware;

import io.phalanx.node.compression.AcceptedCodings;
import io.phalanx.node.compression.CodedBody;
import io.phalanx.node.compression.Coding;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.filter.AnswerFilter;
import io.phalanx.node.filter.FilteredExchange;
import io.phalanx.node.filter.HeldStart;
import io.phalanx.node.mediatype.MediaTypes;
import io.phalanx.providers.dynamic.BodyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code compress}: sends answers in gzip, brotli or zstd to clients that take them, while they
 * stream. What is small, coded already, a part of something, or not to be transformed passes as it
 * is, and so does everything while too many answers are compressed at one time.
 */
public final class Compress implements Middleware {
  public static final MiddlewareType<BodyOptions.Compress> TYPE =
      new MiddlewareType<>("compress", BodyOptions.Compress.class, Compress::new);

  private static final Logger LOG = LoggerFactory.getLogger(Compress.class);
  private static final HeaderName ACCEPT_ENCODING = HeaderName.of("Accept-Encoding");
  private static final HeaderName CACHE_CONTROL = HeaderName.of("Cache-Control");
  private static final HeaderName CONTENT_ENCODING = HeaderName.of("Content-Encoding");
  private static final HeaderName CONTENT_RANGE = HeaderName.of("Content-Range");
  private static final HeaderName CONTENT_TYPE = HeaderName.of("Content-Type");
  private static final HeaderName ETAG = HeaderName.of("ETag");

  /** What holds for the body as the server sent it only. */
  private static final List<HeaderName> OF_THE_BYTES =
      List.of(
          HeaderName.of("Accept-Ranges"),
          HeaderName.of("Content-Digest"),
          HeaderName.of("Content-MD5"),
          HeaderName.of("Digest"),
          HeaderName.of("Repr-Digest"));

  private static final int STANDARD_LEAST = 1024;

  /** How much of a body without a length is looked at, whatever the least is. */
  private static final int MOST_HELD = 64 << 10;

  private static final String GRPC = "application/grpc";

  private final AcceptedCodings codings;
  private final int least;
  private final Set<String> included;
  private final Set<String> excluded;
  private final MemoryBound memory;

  Compress(BodyOptions.Compress options, MiddlewareContext context) {
    if (!options.includedContentTypes().isEmpty() && !options.excludedContentTypes().isEmpty()) {
      throw new IllegalArgumentException(
          "includedContentTypes and excludedContentTypes cannot both be given");
    }
    if (options.minResponseBodyBytes() < 0) {
      throw new IllegalArgumentException(
          "minResponseBodyBytes must not be below 0, but is " + options.minResponseBodyBytes());
    }
    this.codings = codings(options, context.name());
    this.least =
        options.minResponseBodyBytes() == 0 ? STANDARD_LEAST : options.minResponseBodyBytes();
    this.included = types("includedContentTypes", options.includedContentTypes());
    this.excluded = types("excludedContentTypes", options.excludedContentTypes());
    this.memory = context.parts().coders();
  }

  private static AcceptedCodings codings(BodyOptions.Compress options, String name) {
    var named = new ArrayList<Coding>();
    for (String text : options.encodings()) {
      named.add(
          Coding.of(text.strip())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "encodings: \"" + text + "\" is none of gzip, br and zstd")));
    }
    if (named.isEmpty()) {
      throw new IllegalArgumentException("encodings must not be empty");
    }
    Optional<String> standard = options.defaultEncoding().filter(text -> !text.isEmpty());
    if (standard.isPresent() && !options.encodings().contains(standard.get())) {
      throw new IllegalArgumentException(
          "defaultEncoding \"" + standard.get() + "\" is not among encodings");
    }
    List<Coding> offered = named.stream().filter(coding -> isThere(coding, name)).toList();
    return new AcceptedCodings(offered, standard.flatMap(Coding::of).filter(offered::contains));
  }

  private static boolean isThere(Coding coding, String name) {
    coding
        .obstacle()
        .ifPresent(
            reason -> LOG.warn("{}: {} cannot be had here: {}", name, coding.text(), reason));
    return coding.obstacle().isEmpty();
  }

  private static Set<String> types(String option, List<String> given) {
    return given.stream()
        .map(
            text -> {
              String type = MediaTypes.of(text);
              if (type.indexOf('/') < 1) {
                throw new IllegalArgumentException(option + ": \"" + text + "\" is no media type");
              }
              return type;
            })
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    boolean left =
        request.method().equals("HEAD")
            || !request.upgrade().isEmpty()
            || request.headers().first(CONTENT_TYPE).filter(this::isExcluded).isPresent();
    if (left) {
      return Verdict.PROCEED;
    }
    return codings
        .choose(request.headers().all(ACCEPT_ENCODING))
        .<Verdict>map(coding -> new Verdict.Enclose(new Coded(coding)))
        .orElse(Verdict.PROCEED);
  }

  private boolean isExcluded(String contentType) {
    String type = MediaTypes.of(contentType);
    return type.startsWith(GRPC) || excluded.contains(type);
  }

  /** One answer to a client that takes a coding. */
  private final class Coded implements Enclosure {
    private final Coding coding;

    Coded(Coding coding) {
      this.coding = coding;
    }

    @Override
    public void answer(Exchange exchange, ExchangeHandler behind) {
      behind.handle(
          new FilteredExchange(
              exchange,
              new AnswerFilter() {
                @Override
                public void whole(ResponseHead head) {
                  vary(head.headers());
                }

                @Override
                public BodySink body(ResponseHead head, long length, Opening open) {
                  vary(head.headers());
                  return coded(exchange, head, length, open);
                }
              }));
    }

    private BodySink coded(
        Exchange exchange, ResponseHead head, long length, AnswerFilter.Opening open) {
      boolean small = length >= 0 && length < least;
      if (small || !mayBeCoded(head)) {
        return open.open(length);
      }
      if (length >= 0) {
        return begin(exchange, head, length, open);
      }
      return new HeldStart(
          exchange,
          Math.min(least, MOST_HELD),
          (start, whole) ->
              whole && start.remaining() < least ? open.open(-1) : begin(exchange, head, -1, open));
    }

    private BodySink begin(
        Exchange exchange, ResponseHead head, long length, AnswerFilter.Opening open) {
      Optional<CodedBody.Means> means = CodedBody.Means.of(coding, memory);
      if (means.isEmpty()) {
        return open.open(length);
      }
      describe(head.headers());
      BodySink to;
      try {
        to = open.open(-1);
      } catch (RuntimeException | Error e) {
        means.get().close();
        throw e;
      }
      return new CodedBody(exchange, means.get(), to, length >= 0);
    }

    private void describe(Headers headers) {
      headers.set(CONTENT_ENCODING, coding.text());
      OF_THE_BYTES.forEach(headers::remove);
      headers
          .first(ETAG)
          .filter(tag -> !tag.startsWith("W/"))
          .ifPresent(tag -> headers.set(ETAG, "W/" + tag));
    }
  }

  private boolean mayBeCoded(ResponseHead head) {
    Headers headers = head.headers();
    boolean bodiless = head.status() == 204 || head.status() == 304;
    if (bodiless
        || head.status() == 206
        || headers.contains(CONTENT_RANGE)
        || headers.contains(CONTENT_ENCODING)
        || holds(headers.all(CACHE_CONTROL), "no-transform")) {
      return false;
    }
    Optional<String> type = headers.first(CONTENT_TYPE).filter(text -> !text.isBlank());
    if (type.isEmpty()) {
      return included.isEmpty();
    }
    return !isExcluded(type.get())
        && (included.isEmpty() || included.contains(MediaTypes.of(type.get())));
  }

  /** Caches keep the answer for those who accept the same. */
  private static void vary(Headers headers) {
    List<String> lines = headers.all(HeaderName.VARY);
    if (!holds(lines, ACCEPT_ENCODING.lowerCase()) && !holds(lines, "*")) {
      headers.add(HeaderName.VARY, ACCEPT_ENCODING.toString());
    }
  }

  private static boolean holds(List<String> lines, String element) {
    for (String line : lines) {
      for (String each : line.split(",")) {
        if (each.strip().toLowerCase(Locale.ROOT).equals(element)) {
          return true;
        }
      }
    }
    return false;
  }
}
