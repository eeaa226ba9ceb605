package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code encodedCharacters}, and the option of entry points: refuses paths that hold certain
 * characters in percent-encoding.
 */
public final class EncodedCharacters implements Middleware {
  public static final MiddlewareType<PathOptions.EncodedCharacters> TYPE =
      new MiddlewareType<>(
          "encodedCharacters",
          PathOptions.EncodedCharacters.class,
          (options, _) -> new EncodedCharacters(options));

  private static final Verdict REFUSED = new Verdict.Respond(Answer.empty(400));

  private final List<String> refused;

  public EncodedCharacters(PathOptions.EncodedCharacters options) {
    var triplets = new ArrayList<String>();
    add(triplets, options.allowEncodedSlash(), "%2F");
    add(triplets, options.allowEncodedBackSlash(), "%5C");
    add(triplets, options.allowEncodedNullCharacter(), "%00");
    add(triplets, options.allowEncodedSemicolon(), "%3B");
    add(triplets, options.allowEncodedPercent(), "%25");
    add(triplets, options.allowEncodedQuestionMark(), "%3F");
    add(triplets, options.allowEncodedHash(), "%23");
    this.refused = List.copyOf(triplets);
  }

  private static void add(List<String> triplets, boolean allowed, String triplet) {
    if (!allowed) {
      triplets.add(triplet);
    }
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    String path = request.path();
    if (path.indexOf('%') >= 0) {
      for (String triplet : refused) {
        if (path.contains(triplet)) {
          return REFUSED;
        }
      }
    }
    return Verdict.PROCEED;
  }
}
