package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.MemoryBound;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xnio.Option;

/**
 * Reads the heads of one connection's requests (RFC 9112, sections 2 to 5). Strict: lines end with
 * CRLF, methods and names are tokens, values hold no control characters. But, as Traefik does,
 * folded values are joined with one blank; and one empty line in front of a request is skipped.
 *
 * <p>A head that is refused comes out as a complete request that carries the {@link #REFUSAL}, so
 * that it is answered in the same place as all others. The target is handed on as it came, with its
 * query.
 *
 * <p>Public only because Undertow's listener reaches it from its own package.
 */
public final class HeadParser {
  /** Most bytes of a head. */
  public static final Option<Integer> MAX_BYTES =
      Option.simple(HeadParser.class, "MAX_BYTES", Integer.class);

  /** What the heads of all connections hold together. */
  public static final Option<MemoryBound> MEMORY =
      Option.simple(HeadParser.class, "MEMORY", MemoryBound.class);

  /** Most header lines of a head. */
  public static final Option<Integer> MAX_LINES =
      Option.simple(HeadParser.class, "MAX_LINES", Integer.class);

  static final AttachmentKey<RefusedException> REFUSAL =
      AttachmentKey.create(RefusedException.class);

  /** On a request that is none, but the beginning of HTTP/2 (RFC 9113, section 3.4). */
  static final AttachmentKey<Boolean> PREFACE = AttachmentKey.create(Boolean.class);

  /** What was taken of that beginning; the rest is there to be read. */
  static final byte[] PREFACE_LINE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int INCOMPLETE = -1;
  private static final int VERSION_LINE = "HTTP/1.1\r\n".length();
  private static final byte[] HTTP = {'H', 'T', 'T', 'P', '/'};
  private static final boolean[] TOKEN = tokenCharacters();
  private static final boolean[] VALUE = valueCharacters();
  private static final NameTable NAMES = new NameTable();

  private final HeldLine held;
  private int bytesTaken;
  private int lines;
  private boolean emptyLineSkipped;
  private boolean inFields;
  private boolean complete;

  /** The last field, which the next line may continue. */
  private @Nullable HttpString name;

  private String value = "";

  /** What the lines behind its first one add to it. */
  private final List<String> folded = new ArrayList<>(0);

  private static boolean[] tokenCharacters() {
    var table = new boolean[256];
    for (char c = '!'; c <= '~'; c++) {
      table[c] = Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
    return table;
  }

  private static boolean[] valueCharacters() {
    var table = new boolean[256];
    Arrays.fill(table, ' ', table.length, true);
    table['\t'] = true;
    table[0x7f] = false;
    return table;
  }

  /**
   * @param memory what the connection may hold of a head
   */
  public HeadParser(MemoryBound.Share memory) {
    this.held = new HeldLine(memory);
  }

  /** Gets ready for the next request. */
  public void reset() {
    held.clear();
    bytesTaken = 0;
    lines = 0;
    emptyLineSkipped = false;
    inFields = false;
    complete = false;
    name = null;
    value = "";
    folded.clear();
  }

  /**
   * Takes what belongs to the head from {@code in} and puts it into {@code out}.
   *
   * @return whether the head is complete, or refused
   */
  public boolean parse(ByteBuffer in, HttpServerExchange out, int maxBytes, int maxLines) {
    try {
      int before = held.length();
      int limit = before + in.remaining();
      byte[] bytes = held.gather(in, bytesTaken);
      int at = 0;
      if (before == 0 || hasLineFeed(bytes, before, limit)) {
        at = takeLines(bytes, limit, out, maxLines);
      }
      bytesTaken += at;
      if (bytesTaken + (complete ? 0 : limit - at) > maxBytes) {
        throw RefusedException.headTooLarge();
      }
      if (complete) {
        in.position(in.position() + at - before);
        held.whole(bytesTaken);
        RequestFraming.check(out);
        return true;
      }
      held.hold(bytes, at, limit, bytesTaken);
      in.position(in.limit());
      return false;
    } catch (RefusedException e) {
      in.position(in.limit());
      refuse(out, e);
      return true;
    }
  }

  private static boolean hasLineFeed(byte[] bytes, int from, int limit) {
    for (int i = from; i < limit; i++) {
      if (bytes[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  /** Returns where the first line begins that is not whole, or what is behind the head. */
  private int takeLines(byte[] bytes, int limit, HttpServerExchange out, int maxLines)
      throws RefusedException {
    int at = 0;
    while (!complete) {
      int next = inFields ? field(bytes, at, limit, out) : requestLine(bytes, at, limit, out);
      if (next == INCOMPLETE) {
        return at;
      }
      if (lines > maxLines) {
        throw RefusedException.headTooLarge();
      }
      at = next;
    }
    return at;
  }

  private int requestLine(byte[] bytes, int from, int limit, HttpServerExchange out)
      throws RefusedException {
    if (from < limit && bytes[from] == '\r' && !emptyLineSkipped) {
      int next = emptyLine(bytes, from, limit);
      emptyLineSkipped = next != INCOMPLETE;
      return next;
    }
    int at = from;
    int hash = 0;
    while (at < limit && TOKEN[bytes[at] & 0xff]) {
      hash = 31 * hash + bytes[at++];
    }
    int methodEnd = at;
    if (!isAt(bytes, at, limit, ' ', methodEnd > from, "the method is no token")) {
      return INCOMPLETE;
    }
    int target = ++at;
    while (at < limit && (bytes[at] & 0xff) > ' ' && bytes[at] != 0x7f) {
      at++;
    }
    if (!isAt(bytes, at, limit, ' ', at > target, "the target holds what may not be in one")) {
      return INCOMPLETE;
    }
    int version = at + 1;
    if (limit - version < VERSION_LINE && !hasLineFeed(bytes, version, limit)) {
      return INCOMPLETE;
    }
    if (isPreface(bytes, from, limit)) {
      refuse(out, RefusedException.unknownVersion());
      out.putAttachment(PREFACE, true);
      complete = true;
      return version + VERSION_LINE;
    }
    if (bytes[target] != '/' && isLastWord(bytes, version, limit)) {
      throw RefusedException.notHttp();
    }
    out.setProtocol(version(bytes, version, limit));
    out.setRequestMethod(NAMES.name(bytes, from, methodEnd, hash));
    out.setRequestURI(new String(bytes, target, at - target, StandardCharsets.ISO_8859_1));
    inFields = true;
    return version + VERSION_LINE;
  }

  private static boolean isPreface(byte[] bytes, int from, int limit) {
    int end = from + PREFACE_LINE.length;
    return end <= limit
        && bytes[from] == 'P'
        && Arrays.equals(bytes, from, end, PREFACE_LINE, 0, PREFACE_LINE.length);
  }

  /** Whether there is a word of letters where a version should be, and nothing behind it. */
  private static boolean isLastWord(byte[] bytes, int at, int limit) {
    int end = at;
    while (end < limit && Character.isLetter(bytes[end])) {
      end++;
    }
    return end > at && end < limit && bytes[end] == '\r';
  }

  /** Whether {@code wanted} stands at {@code at}; false if nothing is there yet. */
  private static boolean isAt(
      byte[] bytes, int at, int limit, char wanted, boolean well, String otherwise)
      throws RefusedException {
    if (at == limit) {
      return false;
    }
    if (bytes[at] != wanted || !well) {
      throw RefusedException.malformed(otherwise);
    }
    return true;
  }

  private static HttpString version(byte[] bytes, int at, int limit) throws RefusedException {
    int major = at + HTTP.length;
    boolean well =
        limit - at >= VERSION_LINE
            && Arrays.equals(bytes, at, major, HTTP, 0, HTTP.length)
            && isDigit(bytes[major])
            && bytes[major + 1] == '.'
            && isDigit(bytes[major + 2])
            && bytes[major + 3] == '\r'
            && bytes[major + 4] == '\n';
    if (!well) {
      throw RefusedException.malformed("the request line does not end with a version");
    }
    if (bytes[major] != '1') {
      throw RefusedException.unknownVersion();
    }
    return bytes[major + 2] == '0' ? Protocols.HTTP_1_0 : Protocols.HTTP_1_1;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private int field(byte[] bytes, int from, int limit, HttpServerExchange out)
      throws RefusedException {
    if (from == limit) {
      return INCOMPLETE;
    }
    byte first = bytes[from];
    if (first == '\r') {
      int next = emptyLine(bytes, from, limit);
      if (next != INCOMPLETE) {
        add(out.getRequestHeaders());
        complete = true;
      }
      return next;
    }
    if (isBlank(first)) {
      return fold(bytes, from, limit);
    }
    int at = from;
    int hash = 0;
    while (at < limit && TOKEN[bytes[at] & 0xff]) {
      hash = 31 * hash + bytes[at++];
    }
    if (!isAt(bytes, at, limit, ':', at > from, "a header line without a name")) {
      return INCOMPLETE;
    }
    int next = endOfLine(bytes, at + 1, limit);
    if (next != INCOMPLETE) {
      add(out.getRequestHeaders());
      name = NAMES.name(bytes, from, at, hash);
      value = text(bytes, at + 1, next);
    }
    return next;
  }

  private int fold(byte[] bytes, int from, int limit) throws RefusedException {
    if (name == null) {
      throw RefusedException.malformed("a folded line that continues nothing");
    }
    int next = endOfLine(bytes, from, limit);
    if (next != INCOMPLETE) {
      String more = text(bytes, from, next);
      if (!more.isEmpty()) {
        folded.add(more);
      }
    }
    return next;
  }

  private static int emptyLine(byte[] bytes, int at, int limit) throws RefusedException {
    return isAt(bytes, at + 1, limit, '\n', true, "a bare CR") ? at + 2 : INCOMPLETE;
  }

  /** Returns what is behind the line whose value begins at {@code from}. */
  private int endOfLine(byte[] bytes, int from, int limit) throws RefusedException {
    int at = PlainBytes.skip(bytes, from, limit);
    while (at < limit && VALUE[bytes[at] & 0xff]) {
      at++;
    }
    if (!isAt(bytes, at, limit, '\r', true, "a control character in a header value")) {
      return INCOMPLETE;
    }
    int next = emptyLine(bytes, at, limit);
    if (next != INCOMPLETE) {
      lines++;
    }
    return next;
  }

  /** What stands between {@code from} and the end of the line, without the blanks around it. */
  private static String text(byte[] bytes, int from, int next) {
    int start = from;
    int end = next - 2;
    while (start < end && isBlank(bytes[start])) {
      start++;
    }
    while (end > start && isBlank(bytes[end - 1])) {
      end--;
    }
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private void add(HeaderMap headers) throws RefusedException {
    HttpString last = name;
    if (last == null) {
      return;
    }
    try {
      headers.add(last, folded.isEmpty() ? value : unfolded());
    } catch (IllegalStateException _) {
      // Undertow holds 127 lines with the same name.
      throw RefusedException.headTooLarge();
    }
  }

  /** All lines of the last field are joined at once, since each time copies what is there. */
  private String unfolded() {
    String more = String.join(" ", folded);
    folded.clear();
    return value.isEmpty() ? more : String.join(" ", value, more);
  }

  /** The connection is gone. From any thread. */
  public void close() {
    held.close();
  }

  /** Refuses a head whose end did not come in time. */
  public void tooSlow(HttpServerExchange out) {
    refuse(out, RefusedException.tooSlow());
  }

  /** Refuses a head behind whose beginning the client sends nothing any more. */
  public void brokenOff(HttpServerExchange out) {
    refuse(out, RefusedException.malformed("the head breaks off"));
  }

  /** Makes a request of what was refused, which ends its connection and has no body. */
  private void refuse(HttpServerExchange out, RefusedException reason) {
    held.clear();
    out.getRequestHeaders().clear();
    out.getRequestHeaders().put(Headers.CONNECTION, "close");
    out.setRequestMethod(Methods.GET);
    out.setProtocol(Protocols.HTTP_1_1);
    out.setRequestURI("/");
    out.putAttachment(REFUSAL, reason);
  }
}
