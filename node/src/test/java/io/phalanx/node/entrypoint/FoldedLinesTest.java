package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.phalanx.node.exchange.MemoryBound;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FoldedLinesTest {
  private static final int LENGTH = 900_000;
  private static final int LINES = 190;

  private final HttpServerExchange out =
      new HttpServerExchange(null, new HeaderMap(), new HeaderMap(), -1);

  /** Bytes of memory that reading the head takes. */
  private long costOf(String head) {
    byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
    var parser = new HeadParser(MemoryBound.unbounded());
    parser.reset();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(parser.parse(ByteBuffer.wrap(bytes), out, 1 << 20, 200)).isTrue();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  /** Each line joined by itself would copy the long value 190 times: 170 MB. */
  @Test
  void areJoinedAtThePriceOfTheirBytes() {
    String value = "x".repeat(LENGTH);

    long cost =
        costOf("GET / HTTP/1.1\r\nX-A: " + value + "\r\n" + " y\r\n".repeat(LINES) + "\r\n");

    assertThat(out.getRequestHeaders().getFirst("X-A")).isEqualTo(value + " y".repeat(LINES));
    assertThat(cost).isLessThan(8L * LENGTH);
  }
}
