package io.phalanx.node.grpcweb;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Answer.Field;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.StringTokenizer;
import java.util.TreeSet;

/**
 * Which pages may call (Fetch standard, section 3.3), as Traefik has it: a preflight is answered
 * 200 whether its origin may or not, only without permission for one that may not; credentials are
 * allowed to all that may.
 */
public final class CrossOrigin {
  private static final String ANY = "*";
  private static final String WEB = "x-grpc-web";
  private static final String METHOD = "POST";
  private static final String BLANKS = ", \t";
  private static final String ORIGIN = HeaderName.ORIGIN.toString();

  private static final HeaderName REQUEST_METHOD = HeaderName.of("Access-Control-Request-Method");
  private static final HeaderName REQUEST_HEADERS = HeaderName.of("Access-Control-Request-Headers");
  private static final HeaderName ALLOW_ORIGIN = HeaderName.of("Access-Control-Allow-Origin");
  private static final HeaderName ALLOW_HEADERS = HeaderName.of("Access-Control-Allow-Headers");
  private static final HeaderName ALLOW_METHODS = HeaderName.of("Access-Control-Allow-Methods");
  private static final HeaderName EXPOSE_HEADERS = HeaderName.of("Access-Control-Expose-Headers");
  private static final HeaderName MAX_AGE = HeaderName.of("Access-Control-Max-Age");
  private static final HeaderName ALLOW_CREDENTIALS =
      HeaderName.of("Access-Control-Allow-Credentials");

  private static final Field TEN_MINUTES = new Field(MAX_AGE, "600");
  private static final List<Field> VARY =
      List.of(
          new Field(HeaderName.VARY, ORIGIN),
          new Field(HeaderName.VARY, REQUEST_METHOD.toString()),
          new Field(HeaderName.VARY, REQUEST_HEADERS.toString()));

  private final Set<String> origins;

  /**
   * @param origins as browsers send them; {@code *} for all
   */
  public CrossOrigin(List<String> origins) {
    this.origins = Set.copyOf(origins);
  }

  /** Whether a browser asks for leave to send a call. */
  public static boolean isPreflight(RequestHead request) {
    return request.method().equals("OPTIONS")
        && request.headers().contains(REQUEST_METHOD)
        && asked(request).stream().anyMatch(name -> name.equalsIgnoreCase(WEB));
  }

  private static List<String> asked(RequestHead request) {
    var names = new ArrayList<String>();
    for (String line : request.headers().all(REQUEST_HEADERS)) {
      for (var listed = new StringTokenizer(line, BLANKS); listed.hasMoreTokens(); ) {
        String name = listed.nextToken();
        if (HeaderName.isToken(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** The answer to a preflight. */
  public Answer preflight(RequestHead request) {
    var fields = new ArrayList<>(VARY);
    String origin = request.headers().first(HeaderName.ORIGIN).orElse("");
    boolean post = request.headers().first(REQUEST_METHOD).filter(METHOD::equals).isPresent();
    if (post && allows(origin)) {
      var names = new StringJoiner(", ");
      asked(request).forEach(name -> names.add(spelt(name)));
      fields.add(new Field(ALLOW_ORIGIN, origin));
      fields.add(new Field(ALLOW_METHODS, METHOD));
      fields.add(new Field(ALLOW_HEADERS, names.toString()));
      fields.add(new Field(ALLOW_CREDENTIALS, "true"));
      fields.add(TEN_MINUTES);
    }
    return new Answer(200, fields, "");
  }

  private boolean allows(String origin) {
    return !origin.isEmpty() && (origins.contains(ANY) || origins.contains(origin));
  }

  /** Each word of a name has a capital, as Go writes them. */
  private static String spelt(String name) {
    var spelt = new StringBuilder(name.toLowerCase(Locale.ROOT));
    for (int i = 0; i < spelt.length(); i++) {
      if (i == 0 || spelt.charAt(i - 1) == '-') {
        spelt.setCharAt(i, Character.toUpperCase(spelt.charAt(i)));
      }
    }
    return spelt.toString();
  }

  /** What answers to this request, which is no preflight, say. */
  Permission of(RequestHead request) {
    String origin = request.headers().first(HeaderName.ORIGIN).orElse("");
    return new Permission(allows(origin) ? origin : "");
  }

  /**
   * Decided when the request came, since later steps may edit it.
   *
   * @param origin that may call; empty if the one that does may not, or is none
   */
  record Permission(String origin) {
    /** Adds it to a head that is otherwise as the client will see it. */
    void apply(Headers headers) {
      if (!origin.isEmpty()) {
        String exposed = exposed(headers);
        headers.set(ALLOW_ORIGIN, origin);
        headers.set(ALLOW_CREDENTIALS, "true");
        headers.set(EXPOSE_HEADERS, exposed);
      }
      addVary(headers);
    }

    /** Scripts see only what is named here. */
    private static String exposed(Headers headers) {
      var names = new TreeSet<>(Set.of(FramedBody.STATUS, FramedBody.MESSAGE));
      headers.forEach((name, _) -> names.add(HeaderName.of(name)));
      var exposed = new StringJoiner(", ");
      names.forEach(name -> exposed.add(name.lowerCase()));
      return exposed.toString();
    }

    private static void addVary(Headers headers) {
      for (String line : headers.all(HeaderName.VARY)) {
        for (var names = new StringTokenizer(line, BLANKS); names.hasMoreTokens(); ) {
          String name = names.nextToken();
          if (name.equalsIgnoreCase(ORIGIN) || name.equals(ANY)) {
            return;
          }
        }
      }
      headers.add(HeaderName.VARY, ORIGIN);
    }
  }
}
