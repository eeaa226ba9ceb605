package io.phalanx.node.systemd;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The listening sockets that systemd opened for this process (sd_listen_fds(3)), by the names that
 * their units have for them ({@code FileDescriptorName}). As in Traefik, the one with the name of
 * an entry point is that entry point's.
 *
 * <p>Java can take over such a socket only with the class that all its server sockets have, which
 * is not for everybody: {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}, which the launcher
 * sets.
 */
public final class InheritedSockets {
  private static final int FIRST = 3;
  private static final int MOST = 1000;
  private static final Pattern INODE = Pattern.compile("socket:\\[([0-9]+)]");

  /** The state LISTEN in /proc/net/tcp. */
  private static final String LISTENING = "0A";

  private final Map<String, Integer> byName;

  private InheritedSockets(Map<String, Integer> byName) {
    this.byName = byName;
  }

  /**
   * @param processId of this process: what was meant for another is not taken
   * @throws IOException if the environment says something that cannot be, or two sockets have one
   *     name
   */
  public static InheritedSockets of(Map<String, String> environment, long processId)
      throws IOException {
    var byName = new LinkedHashMap<String, Integer>();
    if (!Long.toString(processId).equals(environment.get("LISTEN_PID"))) {
      return new InheritedSockets(byName);
    }
    String count = environment.getOrDefault("LISTEN_FDS", "");
    if (!count.matches("[0-9]{1,4}") || Integer.parseInt(count) > MOST) {
      throw new IOException("LISTEN_FDS is \"" + count + "\", which is no number of sockets");
    }
    String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
    for (int i = 0; i < Integer.parseInt(count); i++) {
      String name = i < names.length && !names[i].isEmpty() ? names[i] : "unknown";
      if (byName.put(name, FIRST + i) != null && !name.equals("unknown")) {
        throw new IOException(
            "systemd handed over two sockets with the name \""
                + name
                + "\"; an entry point listens on one");
      }
    }
    return new InheritedSockets(byName);
  }

  /** The names for which there is a socket. */
  public Set<String> names() {
    return Set.copyOf(byName.keySet());
  }

  /**
   * The socket of that name, if there is one.
   *
   * @throws IOException if there is one that cannot be used
   */
  public Optional<ServerSocketChannel> take(String name) throws IOException {
    Integer descriptor = byName.remove(name);
    return descriptor == null ? Optional.empty() : Optional.of(adopt(name, descriptor));
  }

  private static ServerSocketChannel adopt(String name, int descriptor) throws IOException {
    ProtocolFamily family = family(name, descriptor);
    try {
      var constructor =
          Class.forName("sun.nio.ch.ServerSocketChannelImpl")
              .getDeclaredConstructor(
                  SelectorProvider.class,
                  ProtocolFamily.class,
                  FileDescriptor.class,
                  boolean.class);
      constructor.setAccessible(true);
      return (ServerSocketChannel)
          constructor.newInstance(SelectorProvider.provider(), family, fd(descriptor), true);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IOException(
          "the socket \""
              + name
              + "\" of systemd cannot be taken over by this Java; it needs the option"
              + " --add-opens java.base/sun.nio.ch=ALL-UNNAMED, which ./phalanx sets ("
              + e
              + ')',
          e);
    }
  }

  private static FileDescriptor fd(int descriptor) throws ReflectiveOperationException {
    var make = Class.forName("sun.nio.ch.IOUtil").getDeclaredMethod("newFD", int.class);
    make.setAccessible(true);
    return (FileDescriptor) make.invoke(null, descriptor);
  }

  /** Java would take any descriptor, and fail when the first client comes. */
  private static ProtocolFamily family(String name, int descriptor) throws IOException {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    Matcher inode =
        INODE.matcher(Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).toString() : "");
    if (inode.matches()) {
      if (isListening("/proc/self/net/tcp6", inode.group(1))) {
        return StandardProtocolFamily.INET6;
      } else if (isListening("/proc/self/net/tcp", inode.group(1))) {
        return StandardProtocolFamily.INET;
      }
    }
    throw new IOException(
        "what systemd handed over as \"" + name + "\" is no TCP socket that listens");
  }

  private static boolean isListening(String table, String inode) throws IOException {
    List<String[]> rows = new ArrayList<>();
    try (Stream<String> lines = Files.lines(Path.of(table))) {
      lines.map(line -> line.strip().split("\\s+")).forEach(rows::add);
    }
    return rows.stream()
        .anyMatch(row -> row.length > 9 && row[3].equals(LISTENING) && row[9].equals(inode));
  }
}
