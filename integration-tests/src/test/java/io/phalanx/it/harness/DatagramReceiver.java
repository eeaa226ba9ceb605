package io.phalanx.it.harness;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The side of systemd: a Unix socket of datagrams that somebody listens on. */
public final class DatagramReceiver implements AutoCloseable {
  private static final int RECEIVE_LIMIT_SECONDS = 60;
  private static final int LARGEST = 8192;

  private final Arena arena = Arena.ofAuto();
  private final Linker linker = Linker.nativeLinker();
  private final int descriptor;
  private final List<String> received = new ArrayList<>();

  /**
   * @param name as in {@code NOTIFY_SOCKET}
   */
  public DatagramReceiver(String name) {
    this.descriptor = call("socket", 1, 2, 0);
    MemorySegment limit = arena.allocate(MemoryLayout.sequenceLayout(2, JAVA_LONG));
    limit.setAtIndex(JAVA_LONG, 0, RECEIVE_LIMIT_SECONDS);
    require(call("setsockopt", descriptor, 1, 20, limit, 16));
    byte[] path = name.getBytes(UTF_8);
    MemorySegment address = arena.allocate(2 + path.length + 1L, 8);
    address.set(JAVA_SHORT, 0, (short) 1);
    MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
    if (name.startsWith("@")) {
      address.set(JAVA_BYTE, 2, (byte) 0);
    }
    require(call("bind", descriptor, address, 2 + path.length + (name.startsWith("@") ? 0 : 1)));
  }

  private static void require(int result) {
    if (result < 0) {
      throw new IllegalStateException("a call of the C library failed");
    }
  }

  @SuppressWarnings("restricted") // Java has no such socket.
  private int call(String name, Object... arguments) {
    ValueLayout[] layouts = new ValueLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] = arguments[i] instanceof MemorySegment ? ADDRESS : JAVA_INT;
    }
    MethodHandle handle =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, layouts));
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The next datagram. */
  @SuppressWarnings("restricted")
  public String next() {
    MethodHandle recv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("recv"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    try (Arena ofMessage = Arena.ofConfined()) {
      MemorySegment buffer = ofMessage.allocate(LARGEST);
      long length = (long) recv.invokeExact(descriptor, buffer, (long) LARGEST, 0);
      if (length < 0) {
        throw new AssertionError("nothing more came after " + received);
      }
      String text = new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), UTF_8);
      received.add(text);
      return text;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads on until there is one as wanted. */
  public String next(Predicate<String> wanted) {
    String text = next();
    while (!wanted.test(text)) {
      text = next();
    }
    return text;
  }

  /** Reads on until there is one with this line. */
  public String nextWith(String line) {
    return next(text -> text.lines().anyMatch(line::equals));
  }

  /** All that was read so far. */
  public List<String> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    call("close", descriptor);
  }
}
