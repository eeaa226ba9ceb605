package io.phalanx.it.harness;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Does what systemd does for a service with sockets: binds them, makes them descriptors 3 and up,
 * says so in the environment, and becomes the program (execve, so the process stays the same).
 */
public final class SocketActivation {
  private static final int FIRST = 3;

  private SocketActivation() {}

  /**
   * @param arguments {@code name=port} for each socket, {@code --}, and the program's command line
   */
  public static void main(String[] arguments) throws Throwable {
    List<String> all = List.of(arguments);
    int end = all.indexOf("--");
    var names = new ArrayList<String>();
    var descriptors = new ArrayList<Integer>();
    for (String socket : all.subList(0, end)) {
      int equals = socket.indexOf('=');
      names.add(socket.substring(0, equals));
      var channel = ServerSocketChannel.open();
      channel.bind(
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(), Integer.parseInt(socket.substring(equals + 1))));
      descriptors.add(descriptor(channel));
    }
    System.out.println("bound");
    System.in.read();
    become(all.subList(end + 1, all.size()), names, descriptors);
  }

  private static int descriptor(ServerSocketChannel channel) throws ReflectiveOperationException {
    var value = channel.getClass().getDeclaredMethod("getFDVal");
    value.setAccessible(true);
    return (int) value.invoke(channel);
  }

  @SuppressWarnings("restricted") // No other way keeps a process and its descriptors.
  private static void become(List<String> command, List<String> names, List<Integer> descriptors)
      throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle dup2 =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("dup2"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle execve =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("execve"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    var environment = new ArrayList<String>();
    for (Map.Entry<String, String> entry : System.getenv().entrySet()) {
      environment.add(entry.getKey() + '=' + entry.getValue());
    }
    environment.add("LISTEN_PID=" + ProcessHandle.current().pid());
    environment.add("LISTEN_FDS=" + names.size());
    environment.add("LISTEN_FDNAMES=" + String.join(":", names));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(command.getFirst());
      MemorySegment argv = strings(arena, command);
      MemorySegment envp = strings(arena, environment);
      for (int i = 0; i < descriptors.size(); i++) {
        int _ = (int) dup2.invokeExact((int) descriptors.get(i), FIRST + i);
      }
      int result = (int) execve.invokeExact(path, argv, envp);
      throw new IllegalStateException("execve: " + result);
    }
  }

  private static MemorySegment strings(Arena arena, List<String> texts) {
    MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
    }
    return array;
  }
}
