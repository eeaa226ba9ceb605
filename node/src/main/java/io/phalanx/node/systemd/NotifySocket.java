package io.phalanx.node.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Datagrams to a Unix socket, which Java has no channel for: three calls of the C library. A
 * program that does it (systemd-notify) would be another process than the one that systemd watches.
 *
 * <p>Linux only, by the numbers that x86-64 and AArch64 share. Not thread-safe.
 */
final class NotifySocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** Of {@code sun_path}, its last zero included. */
  private static final int PATH_SIZE = 108;

  private static final int MAX_DATAGRAM = 4096;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final String name;
  private final MemorySegment address;
  private final MemorySegment state;
  private final Calls calls;
  private final int descriptor;

  private record Calls(MethodHandle socket, MethodHandle sendto, MethodHandle close) {
    @SuppressWarnings("restricted") // See above.
    static Calls find() {
      Linker linker = Linker.nativeLinker();
      Linker.Option errno = Linker.Option.captureCallState("errno");
      return new Calls(
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("socket"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
              errno),
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("sendto"),
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
              errno),
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("close"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT)));
    }
  }

  private NotifySocket(String name, MemorySegment address) throws IOException {
    this.name = name;
    this.address = address;
    this.state = Arena.ofAuto().allocate(STATE);
    this.calls = Calls.find();
    this.descriptor = socket();
  }

  /**
   * @param name a path, or {@code @} and a name in Linux's abstract name space
   * @throws IOException if no socket can have that name; whether there is one shows when something
   *     is sent
   */
  static NotifySocket to(String name) throws IOException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new IOException(name + " is of use on Linux only");
    }
    return new NotifySocket(name, address(Arena.ofAuto(), name));
  }

  private static MemorySegment address(Arena arena, String name) throws IOException {
    boolean isAbstract = name.startsWith("@");
    if (name.length() < 2 || !(isAbstract || name.startsWith("/"))) {
      throw new IOException("\"" + name + "\" is neither a path nor @ and a name");
    }
    byte[] path = name.getBytes(UTF_8);
    if (path.length >= PATH_SIZE) {
      throw new IOException(
          "\"%s\" has %d bytes; the path of a socket has at most %d"
              .formatted(name, path.length, PATH_SIZE - 1));
    }
    // An abstract name ends with the address, a path with a zero.
    MemorySegment address =
        arena.allocate(JAVA_SHORT.byteSize() + path.length + (isAbstract ? 0 : 1), 8);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(path, 0, address, JAVA_BYTE, JAVA_SHORT.byteSize(), path.length);
    if (isAbstract) {
      address.set(JAVA_BYTE, JAVA_SHORT.byteSize(), (byte) 0);
    }
    return address;
  }

  private int socket() throws IOException {
    int made;
    try {
      made = (int) calls.socket().invokeExact(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (made < 0) {
      throw new IOException("no socket can be made: " + reason());
    }
    return made;
  }

  /**
   * Waits while the other side's queue is full.
   *
   * @throws IOException if it does not get there; the message names the socket and the reason
   */
  void send(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length > MAX_DATAGRAM) {
      throw new IOException("a message of " + bytes.length + " bytes is not sent");
    }
    long sent;
    try (Arena ofMessage = Arena.ofConfined()) {
      MemorySegment message = ofMessage.allocateFrom(JAVA_BYTE, bytes);
      sent =
          (long)
              calls
                  .sendto()
                  .invokeExact(
                      state,
                      descriptor,
                      message,
                      (long) bytes.length,
                      MSG_NOSIGNAL,
                      address,
                      (int) address.byteSize());
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (sent < 0) {
      throw new IOException(name + ": " + reason());
    }
  }

  private String reason() {
    int errno = (int) ERRNO.get(state, 0L);
    return switch (errno) {
      case 2 -> "there is no such socket";
      case 13 -> "permission denied";
      case 24 -> "too many open files";
      case 91 -> "it is no socket of datagrams";
      case 111 -> "nobody receives there";
      default -> "error number " + errno;
    };
  }

  @Override
  public void close() {
    try {
      int _ = (int) calls.close().invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
