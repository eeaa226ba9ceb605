package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.forwarding.HeaderNames.Role;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeSet;

/**
 * Reads the head of an answer (RFC 9112) in one pass over its bytes, and holds it until the next
 * one is read. Strict: lines end with CRLF, folded lines are refused, and whatever leaves the
 * length of the body in doubt is refused. Belongs to one I/O thread.
 */
final class ResponseHeadParser {
  /** Returned for a head whose end has not come yet. */
  static final int INCOMPLETE = -1;

  /** {@link #contentLength} of a head that says none. */
  static final long NO_LENGTH = -1;

  static final int MAX_LINES = 200;

  private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_LENGTH_DIGITS = 18;
  private static final byte DELETE = 0x7f;

  private final HeaderNames names;
  private final HeaderNames.Known[] lines = new HeaderNames.Known[MAX_LINES];
  private final int[] valueStart = new int[MAX_LINES];
  private final int[] valueEnd = new int[MAX_LINES];

  private byte[] bytes = {};
  private int count;
  private int status;
  private long contentLength;
  private boolean chunked;
  private boolean http10;
  private boolean saysClose;
  private boolean saysKeepAlive;
  private boolean namesHopByHop;
  private boolean saysUpgrade;
  private String upgrade = "";

  ResponseHeadParser(HeaderNames names) {
    this.names = names;
  }

  /**
   * Reads a head from {@code from} on. The bytes are kept, not copied.
   *
   * @return where the head ends, or {@link #INCOMPLETE}
   */
  int parse(byte[] bytes, int from, int to) throws MalformedAnswerException {
    this.bytes = bytes;
    count = 0;
    contentLength = NO_LENGTH;
    chunked = false;
    saysClose = false;
    saysKeepAlive = false;
    namesHopByHop = false;
    saysUpgrade = false;
    upgrade = "";
    int at = statusLine(from, to);
    while (at != INCOMPLETE) {
      if (to - at < 2) {
        return INCOMPLETE;
      }
      if (bytes[at] == '\r') {
        if (bytes[at + 1] != '\n') {
          throw new MalformedAnswerException("a CR without LF in the head");
        }
        checkLengths();
        return at + 2;
      }
      at = line(at, to);
    }
    return INCOMPLETE;
  }

  private int statusLine(int from, int to) throws MalformedAnswerException {
    int known = Math.min(VERSION.length, to - from);
    for (int i = 0; i < known; i++) {
      if (bytes[from + i] != VERSION[i]) {
        throw new MalformedAnswerException("the answer is not HTTP/1");
      }
    }
    int at = from + VERSION.length;
    if (to - at < 6) {
      return INCOMPLETE;
    }
    http10 = bytes[at] == '0';
    status = 0;
    for (int i = at + 2; i < at + 5; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new MalformedAnswerException("the status is not a number");
      }
      status = status * 10 + digit;
    }
    byte behind = bytes[at + 5];
    if ((bytes[at] != '0' && bytes[at] != '1')
        || bytes[at + 1] != ' '
        || status < 100
        || (behind != ' ' && behind != '\r')) {
      throw new MalformedAnswerException("the status line is malformed");
    }
    int end = endOfLine(at + 5, to);
    return end == INCOMPLETE ? INCOMPLETE : end + 2;
  }

  /** Reads one header line; returns where the next starts, or {@link #INCOMPLETE}. */
  private int line(int start, int to) throws MalformedAnswerException {
    int hash = HeaderNames.START;
    int colon = start;
    while (colon < to && bytes[colon] != ':') {
      if (bytes[colon] < ' ' && bytes[colon] != '\t') {
        throw new MalformedAnswerException("a header line without a colon, or a folded one");
      }
      hash = HeaderNames.next(hash, bytes[colon]);
      colon++;
    }
    if (colon == to) {
      return INCOMPLETE;
    }
    int end = endOfLine(colon + 1, to);
    if (end == INCOMPLETE) {
      return INCOMPLETE;
    }
    if (count == MAX_LINES) {
      throw new MalformedAnswerException("the head has more than " + MAX_LINES + " lines");
    }
    lines[count] = nameAt(start, colon, hash);
    int first = colon + 1;
    int last = end;
    while (first < last && isBlank(bytes[first])) {
      first++;
    }
    while (last > first && isBlank(bytes[last - 1])) {
      last--;
    }
    valueStart[count] = first;
    valueEnd[count] = last;
    count++;
    interpret(lines[count - 1].role(), first, last);
    return end + 2;
  }

  /** The name of a line; blanks before the colon are dropped (RFC 9112, section 5.1). */
  private HeaderNames.Known nameAt(int start, int colon, int hash) throws MalformedAnswerException {
    int end = colon;
    while (end > start && isBlank(bytes[end - 1])) {
      end--;
    }
    return names.at(bytes, start, end, end == colon ? hash : HeaderNames.START);
  }

  /**
   * Where the CR of the line's end is, or {@link #INCOMPLETE}. In front of it is what may be in a
   * value: tabs, blanks, visible characters and bytes above 0x7f (RFC 9110, section 5.5).
   */
  private int endOfLine(int from, int to) throws MalformedAnswerException {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if ((b >= ' ' && b != DELETE) || b < 0 || b == '\t') {
        continue;
      }
      if (b == '\r') {
        if (i + 1 == to) {
          return INCOMPLETE;
        }
        if (bytes[i + 1] != '\n') {
          throw new MalformedAnswerException("a CR without LF in the head");
        }
        return i;
      }
      throw new MalformedAnswerException("a control character in the head");
    }
    return INCOMPLETE;
  }

  private void interpret(Role role, int first, int last) throws MalformedAnswerException {
    switch (role) {
      case PASSED, HOP_BY_HOP, TRAILER -> {}
      case UPGRADE -> upgrade = text(first, last);
      case CONTENT_LENGTH -> contentLength(first, last);
      case TRANSFER_ENCODING -> {
        if (chunked || !text(first, last).equalsIgnoreCase("chunked")) {
          throw new MalformedAnswerException("a transfer coding other than chunked");
        }
        chunked = true;
      }
      case CONNECTION -> {
        for (var options = options(first, last); options.hasMoreTokens(); ) {
          switch (options.nextToken().toLowerCase(Locale.ROOT)) {
            case "close" -> saysClose = true;
            case "keep-alive" -> saysKeepAlive = true;
            case "upgrade" -> saysUpgrade = true;
            default -> namesHopByHop = true;
          }
        }
      }
    }
  }

  private void contentLength(int first, int last) throws MalformedAnswerException {
    if (first == last || last - first > MAX_LENGTH_DIGITS) {
      throw new MalformedAnswerException("Content-Length is not a length");
    }
    long length = 0;
    for (int i = first; i < last; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new MalformedAnswerException("Content-Length is not a number");
      }
      length = length * 10 + digit;
    }
    if (contentLength != NO_LENGTH && contentLength != length) {
      throw new MalformedAnswerException("two different Content-Length");
    }
    contentLength = length;
  }

  private void checkLengths() throws MalformedAnswerException {
    if (chunked && contentLength != NO_LENGTH) {
      throw new MalformedAnswerException("Content-Length beside Transfer-Encoding");
    }
    if (chunked && http10) {
      throw new MalformedAnswerException("Transfer-Encoding in an answer of HTTP/1.0");
    }
  }

  int status() {
    return status;
  }

  /** The length of the body, or {@link #NO_LENGTH}. */
  long contentLength() {
    return contentLength;
  }

  boolean chunked() {
    return chunked;
  }

  /** The protocol that the server switches to, with status 101; empty if it names none. */
  String upgrade() {
    return saysUpgrade ? upgrade : "";
  }

  /** Whether the server keeps the connection for another request. */
  boolean keepAlive() {
    return !saysClose && (!http10 || saysKeepAlive);
  }

  /** Adds the lines that are meant for the client. Framing is for whoever sends the answer on. */
  void addTo(Headers headers) {
    Set<String> hopByHop = namesHopByHop ? namedByConnection() : Set.of();
    for (int i = 0; i < count; i++) {
      HeaderName name = lines[i].name();
      switch (lines[i].role()) {
        case PASSED -> {
          if (hopByHop.isEmpty() || !hopByHop.contains(name.lowerCase())) {
            headers.add(name, text(valueStart[i], valueEnd[i]));
          }
        }
        case TRAILER -> {
          String announced = Trailers.announcement(text(valueStart[i], valueEnd[i]));
          if (chunked && !announced.isEmpty()) {
            headers.add(name, announced);
          }
        }
        case HOP_BY_HOP, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE -> {}
      }
    }
  }

  private Set<String> namedByConnection() {
    var named = new TreeSet<String>();
    for (int i = 0; i < count; i++) {
      if (lines[i].role() == Role.CONNECTION) {
        for (var options = options(valueStart[i], valueEnd[i]); options.hasMoreTokens(); ) {
          named.add(options.nextToken().toLowerCase(Locale.ROOT));
        }
      }
    }
    return named;
  }

  private StringTokenizer options(int first, int last) {
    return new StringTokenizer(text(first, last), ", \t");
  }

  private String text(int first, int last) {
    return new String(bytes, first, last - first, StandardCharsets.ISO_8859_1);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
