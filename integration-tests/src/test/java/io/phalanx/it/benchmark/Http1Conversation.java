package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.stream.Collectors;

/** HTTP/1.1, one request at a time. */
final class Http1Conversation implements Conversation {
  private static final String LENGTH = "\r\ncontent-length:";

  private final Transport transport;
  private final int length;
  private final ByteBuffer request;
  private final ByteBuffer received = ByteBuffer.allocate(1 << 18);
  private long due;
  private boolean isAsked;

  /** Of the body; -1 while the head is not whole. */
  private long missing = -1;

  private boolean isRight;

  Http1Conversation(Transport transport, PacedJob job) {
    this.transport = transport;
    this.length = job.length();
    String headers =
        job.headers().stream().map(line -> line + "\r\n").collect(Collectors.joining());
    this.request =
        ByteBuffer.wrap(
            "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
                .formatted(job.path(), job.host(), headers)
                .getBytes(ISO_8859_1));
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public boolean hasRoom() {
    return !isAsked;
  }

  @Override
  public int open() {
    return isAsked ? 1 : 0;
  }

  @Override
  public void ask(long wanted) throws IOException {
    due = wanted;
    isAsked = true;
    missing = -1;
    transport.send(request.duplicate());
  }

  @Override
  public void read(Answers answers) throws IOException {
    while (transport.receive(received)) {
      received.flip();
      if (missing < 0) {
        readHead();
      }
      if (missing >= 0) {
        int taken = (int) Math.min(missing, received.remaining());
        received.position(received.position() + taken);
        missing -= taken;
      }
      received.compact();
      if (missing == 0) {
        if (!isAsked || received.position() > 0) {
          throw new IOException("more than was asked for");
        }
        isAsked = false;
        missing = -1;
        answers.answered(due, isRight);
        return;
      }
    }
  }

  private void readHead() throws IOException {
    int end = headLength();
    if (end == 0) {
      return;
    }
    String text = new String(received.array(), 0, end, ISO_8859_1);
    int field = text.toLowerCase(Locale.ROOT).indexOf(LENGTH);
    if (field < 0) {
      throw new IOException("no Content-Length: " + text);
    }
    int value = field + LENGTH.length();
    missing = Long.parseLong(text.substring(value, text.indexOf('\r', value)).strip());
    isRight = text.startsWith("HTTP/1.1 200") && missing == length;
    received.position(end);
  }

  /** 0 while the head is not whole. */
  private int headLength() {
    byte[] bytes = received.array();
    for (int i = 3; i < received.limit(); i++) {
      if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }
}
