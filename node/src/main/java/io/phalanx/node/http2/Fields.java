package io.phalanx.node.http2;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.hpack.FieldName;
import io.phalanx.node.hpack.FieldSink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one head or of trailers, as they came, checked as RFC 9113, section 8, wants it.
 * What is absent is empty text. A {@code Host} without {@code :authority} counts as that; several
 * {@code Cookie} lines are joined to one, as HTTP/1.1 has it (section 8.2.3).
 */
public final class Fields implements FieldSink {
  /** What the fields belong to. */
  enum Form {
    REQUEST,
    ANSWER,
    TRAILERS
  }

  private static final int OVERHEAD = 32;
  private static final int FIRST_SIZE = 24;
  private static final int LARGEST_KEPT = 512;
  private static final int NO_COOKIE = -1;

  private final int maxBytes;
  private final int maxFields;
  private final boolean connectProtocol;
  private FieldName[] names = new FieldName[FIRST_SIZE];
  private String[] values = new String[FIRST_SIZE];
  private int count;
  private int total;
  private long bytes;
  private Form form = Form.REQUEST;
  private int seen;
  private boolean regularSeen;
  private boolean tooLarge;
  private @Nullable String malformed;
  private String method = "";
  private String scheme = "";
  private String authority = "";
  private String path = "";
  private String protocol = "";
  private @Nullable String host;
  private int status;
  private String lengthText = "";
  private long contentLength;
  private int cookieAt;
  private @Nullable StringBuilder cookies;

  Fields(int maxBytes, int maxFields, boolean connectProtocol) {
    this.maxBytes = maxBytes;
    this.maxFields = maxFields;
    this.connectProtocol = connectProtocol;
  }

  void begin(Form wanted) {
    if (names.length > LARGEST_KEPT) {
      names = new FieldName[FIRST_SIZE];
      values = new String[FIRST_SIZE];
    }
    form = wanted;
    count = 0;
    total = 0;
    bytes = 0;
    seen = 0;
    regularSeen = false;
    tooLarge = false;
    malformed = null;
    method = "";
    scheme = "";
    authority = "";
    path = "";
    protocol = "";
    host = null;
    status = 0;
    lengthText = "";
    contentLength = -1;
    cookieAt = NO_COOKIE;
    cookies = null;
  }

  @Override
  public void field(FieldName name, String value, boolean wellFormed) {
    total++;
    bytes += name.length() + value.length() + OVERHEAD;
    if (bytes > maxBytes || total > maxFields) {
      tooLarge = true;
      return;
    }
    if (!wellFormed) {
      refuse("a value with characters that may not be in one");
      return;
    }
    switch (name.kind()) {
      case METHOD, SCHEME, AUTHORITY, PATH, STATUS, PROTOCOL -> pseudo(name.kind(), value);
      case UNKNOWN_PSEUDO -> refuse("a pseudo-header that does not exist");
      case MALFORMED -> refuse("a name that is no token in lower case");
      case CONNECTION_SPECIFIC -> refuse("a field that is for a connection only");
      case TE, HOST, CONTENT_LENGTH -> special(name, value);
      case COOKIE -> cookie(name, value);
      case REGULAR -> add(name, value);
    }
  }

  private void refuse(String reason) {
    if (malformed == null) {
      malformed = reason;
    }
  }

  private void pseudo(FieldName.Kind kind, String value) {
    int bit = kind.bit();
    boolean wanted =
        form != Form.TRAILERS && (form == Form.ANSWER) == (kind == FieldName.Kind.STATUS);
    if (regularSeen || !wanted || (seen & bit) != 0) {
      refuse("a pseudo-header that is not wanted there");
      return;
    }
    seen |= bit;
    switch (kind) {
      case METHOD -> method = value;
      case SCHEME -> scheme = value;
      case AUTHORITY -> authority = value;
      case PATH -> path = value;
      case PROTOCOL -> protocol = value;
      default -> status = statusOf(value);
    }
  }

  private static int statusOf(String value) {
    return value.length() == 3 && isNumber(value) ? Integer.parseInt(value) : 0;
  }

  private static boolean isNumber(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return !value.isEmpty() && value.length() <= 18;
  }

  private void special(FieldName name, String value) {
    regularSeen = true;
    if (form == Form.TRAILERS) {
      return; // They mean nothing there, and are not passed on.
    }
    if (name.kind() == FieldName.Kind.TE) {
      if (!value.equalsIgnoreCase("trailers")) {
        refuse("a TE other than trailers");
      }
      add(name, value);
    } else if (name.kind() == FieldName.Kind.HOST) {
      if (host != null) {
        refuse("more than one Host");
      }
      host = value;
    } else {
      contentLength(name, value);
    }
  }

  /** Lengths that say the same in the same words count once (RFC 9110, section 8.6). */
  private void contentLength(FieldName name, String value) {
    if (!isNumber(value)) {
      refuse("a Content-Length that is no number");
    } else if (lengthText.isEmpty()) {
      lengthText = value;
      contentLength = Long.parseLong(value);
      add(name, value);
    } else if (!lengthText.equals(value)) {
      refuse("Content-Length fields that differ");
    }
  }

  private void cookie(FieldName name, String value) {
    if (cookieAt == NO_COOKIE || form != Form.REQUEST) {
      cookieAt = count;
      add(name, value);
      return;
    }
    StringBuilder joined = cookies;
    if (joined == null) {
      joined = new StringBuilder(values[cookieAt]);
      cookies = joined;
    }
    joined.append("; ").append(value);
  }

  private void add(FieldName name, String value) {
    regularSeen = true;
    if (count == names.length) {
      names = Arrays.copyOf(names, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    names[count] = name;
    values[count++] = value;
  }

  void end() {
    if (tooLarge) {
      return;
    }
    if (cookies != null) {
      values[cookieAt] = cookies.toString();
    }
    switch (form) {
      case REQUEST -> endRequest();
      case ANSWER -> {
        if (status < 100 || status > 999 || status == 101) {
          refuse("a status that is none");
        }
      }
      case TRAILERS -> {}
    }
  }

  private void endRequest() {
    if (!HeaderName.isToken(method)) {
      refuse("no method, or one that is no token");
    }
    boolean hasProtocol = has(FieldName.Kind.PROTOCOL);
    if (hasProtocol && (!connectProtocol || !isConnect() || protocol.isEmpty())) {
      refuse("a :protocol that was not offered");
    }
    if (isConnect() && !hasProtocol) {
      if (has(FieldName.Kind.SCHEME) || has(FieldName.Kind.PATH) || authority.isEmpty()) {
        refuse("a CONNECT with a path, or without an authority");
      }
    } else {
      if (!scheme.equals("http") && !scheme.equals("https")) {
        refuse("no scheme, or one that is not served");
      }
      if (!isPath()) {
        refuse("no path, or one that is none");
      }
    }
    if (host != null) {
      if (!authority.isEmpty() && !authority.equalsIgnoreCase(host)) {
        refuse("a Host that is not the :authority");
      }
      authority = host;
    }
  }

  private boolean has(FieldName.Kind kind) {
    return (seen & kind.bit()) != 0;
  }

  private boolean isPath() {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c == 0x7f) {
        return false;
      }
    }
    return path.startsWith("/") || (path.equals("*") && method.equals("OPTIONS"));
  }

  boolean isConnect() {
    return method.equals("CONNECT");
  }

  /** Why the message is malformed, or null. */
  @Nullable String malformed() {
    return tooLarge ? null : malformed;
  }

  /** What the head counts against the limit (RFC 9113, section 6.5.2), also what was left out. */
  long bytes() {
    return bytes;
  }

  /** Bytes of body that were announced, -1 if they were not. */
  public long contentLength() {
    return contentLength;
  }

  /** Whether the head is beyond what is taken; then it is not whole. */
  public boolean isTooLarge() {
    return tooLarge;
  }

  public String method() {
    return method;
  }

  /** http or https, as the peer says; empty for CONNECT. */
  public String scheme() {
    return scheme;
  }

  /** That of {@code :authority}, else of {@code Host}. */
  public String authority() {
    return authority;
  }

  /** Path and query, or an asterisk; empty for CONNECT without a protocol. */
  public String path() {
    return path;
  }

  /** What an extended CONNECT asks for (RFC 8441). */
  public String protocol() {
    return protocol;
  }

  /** 100 to 999, of an answer. */
  public int status() {
    return status;
  }

  /** Number of fields that are no pseudo-headers and not {@code Host}. */
  public int size() {
    return count;
  }

  public FieldName name(int index) {
    return names[index];
  }

  public String value(int index) {
    return values[index];
  }

  /** The same fields, to be kept. */
  Fields copy() {
    var copy = new Fields(maxBytes, maxFields, connectProtocol);
    copy.names = Arrays.copyOf(names, count);
    copy.values = Arrays.copyOf(values, count);
    copy.count = count;
    return copy;
  }
}
