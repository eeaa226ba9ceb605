package io.phalanx.node.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers commands about a running node on a Unix socket that only its owner can open (mode 0600).
 * One request a connection: the command in one line, its words apart by blanks. The answer is a
 * line, {@value #DONE} or {@value #FAILED}, and text up to the end of the stream.
 */
public final class AdminSocket implements Closeable {
  static final String FILE_NAME = "phalanx.sock";
  static final String DONE = "done";
  static final String FAILED = "failed";

  /** A file of Traefik's certificates, in Base64, is what is longest. */
  private static final int MAX_REQUEST = 32 << 20;

  private static final int USUAL_REQUEST = 4096;
  private static final Logger LOG = LoggerFactory.getLogger(AdminSocket.class);

  private final Path path;
  private final ServerSocketChannel server;
  private final Map<String, AdminCommand> commands;

  private AdminSocket(Path path, ServerSocketChannel server, Map<String, AdminCommand> commands) {
    this.path = path;
    this.server = server;
    this.commands = Map.copyOf(commands);
  }

  /**
   * @param commands by their first two words; they are run on a virtual thread
   * @throws DataDirectoryInUseException if another node answers there
   */
  public static AdminSocket open(Path dataDirectory, Map<String, AdminCommand> commands)
      throws IOException {
    Files.createDirectories(dataDirectory);
    Path path = dataDirectory.resolve(FILE_NAME);
    if (Files.exists(path)) {
      if (answers(path)) {
        throw new DataDirectoryInUseException(dataDirectory);
      }
      Files.delete(path);
    }
    ServerSocketChannel server = bindUnderPrivateName(dataDirectory, path);
    var socket = new AdminSocket(path, server, commands);
    Thread.ofVirtual().name("admin-socket").start(socket::acceptAll);
    return socket;
  }

  /**
   * The socket gets its name only when its mode is right, so that there is no moment in which
   * others could open it.
   */
  private static ServerSocketChannel bindUnderPrivateName(Path dataDirectory, Path path)
      throws IOException {
    Path private0700 =
        Files.createTempDirectory(
            dataDirectory,
            "s",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      Path unnamed = private0700.resolve("s");
      server.bind(UnixDomainSocketAddress.of(unnamed));
      Files.setPosixFilePermissions(unnamed, PosixFilePermissions.fromString("rw-------"));
      Files.move(unnamed, path);
      return server;
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot open the control socket " + path + ": " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(private0700);
    }
  }

  private static boolean answers(Path path) {
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private void acceptAll() {
    while (true) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("admin-request").start(() -> serve(client));
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        LOG.warn("the control socket cannot accept: {}", e.getMessage());
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      String answer = answer(List.of(readLine(client).split(" ")));
      Channels.newOutputStream(client).write(answer.getBytes(UTF_8));
    } catch (IOException e) {
      LOG.debug("a control connection broke: {}", e.getMessage());
    }
  }

  private String answer(List<String> words) {
    String name = String.join(" ", words.subList(0, Math.min(2, words.size())));
    AdminCommand command = commands.get(name);
    if (command == null) {
      return FAILED + "\nthis node does not know that command";
    }
    try {
      return DONE + '\n' + command.run(words.subList(2, words.size()));
    } catch (IOException e) {
      return FAILED + '\n' + e.getMessage();
    } catch (InterruptedException | RuntimeException e) {
      // What is behind may be whole settings, with their secrets.
      LOG.error("{} failed", name, e);
      return FAILED + "\nit failed here: " + e.getMessage();
    }
  }

  private static String readLine(SocketChannel client) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(USUAL_REQUEST);
    while (client.read(request) >= 0) {
      if (request.position() > 0 && request.get(request.position() - 1) == '\n') {
        break;
      }
      if (!request.hasRemaining()) {
        if (request.capacity() >= MAX_REQUEST) {
          break;
        }
        request = ByteBuffer.allocate(2 * request.capacity()).put(request.flip());
      }
    }
    return new String(request.array(), 0, request.position(), UTF_8).strip();
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }
}
