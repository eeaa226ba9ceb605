package io.phalanx.node.hpack;

import java.util.HashMap;
import java.util.Map;

/** The fields that both sides know from the start (RFC 7541, Appendix A). */
final class StaticTable {
  /** Number of entries; the first has the index 1. */
  static final int LENGTH = 61;

  /** Index of the first {@code :status}; the seven from here have the values below. */
  static final int STATUS = 8;

  private static final String[] TEXT = {
    ":authority", "",
    ":method", "GET",
    ":method", "POST",
    ":path", "/",
    ":path", "/index.html",
    ":scheme", "http",
    ":scheme", "https",
    ":status", "200",
    ":status", "204",
    ":status", "206",
    ":status", "304",
    ":status", "400",
    ":status", "404",
    ":status", "500",
    "accept-charset", "",
    "accept-encoding", "gzip, deflate",
    "accept-language", "",
    "accept-ranges", "",
    "accept", "",
    "access-control-allow-origin", "",
    "age", "",
    "allow", "",
    "authorization", "",
    "cache-control", "",
    "content-disposition", "",
    "content-encoding", "",
    "content-language", "",
    "content-length", "",
    "content-location", "",
    "content-range", "",
    "content-type", "",
    "cookie", "",
    "date", "",
    "etag", "",
    "expect", "",
    "expires", "",
    "from", "",
    "host", "",
    "if-match", "",
    "if-modified-since", "",
    "if-none-match", "",
    "if-range", "",
    "if-unmodified-since", "",
    "last-modified", "",
    "link", "",
    "location", "",
    "max-forwards", "",
    "proxy-authenticate", "",
    "proxy-authorization", "",
    "range", "",
    "referer", "",
    "refresh", "",
    "retry-after", "",
    "server", "",
    "set-cookie", "",
    "strict-transport-security", "",
    "transfer-encoding", "",
    "user-agent", "",
    "vary", "",
    "via", "",
    "www-authenticate", "",
  };

  private static final FieldName[] NAMES = new FieldName[LENGTH + 1];
  private static final String[] VALUES = new String[LENGTH + 1];
  private static final Map<String, Integer> FIRST = new HashMap<>();

  static {
    for (int i = LENGTH; i >= 1; i--) {
      FIRST.put(TEXT[2 * i - 2], i);
    }
    for (int i = 1; i <= LENGTH; i++) {
      String name = TEXT[2 * i - 2];
      boolean again = i > 1 && name.equals(NAMES[i - 1].text());
      NAMES[i] = again ? NAMES[i - 1] : FieldName.of(name);
      VALUES[i] = TEXT[2 * i - 1];
    }
    NAMES[0] = NAMES[1];
    VALUES[0] = "";
  }

  private StaticTable() {}

  /** The lowest index of a field with this name, 0 if there is none. */
  static int indexOf(String name) {
    return FIRST.getOrDefault(name, 0);
  }

  static FieldName name(int index) {
    return NAMES[index];
  }

  static String value(int index) {
    return VALUES[index];
  }
}
