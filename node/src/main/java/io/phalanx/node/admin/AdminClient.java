package io.phalanx.node.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Asks a running node. */
public final class AdminClient {
  private AdminClient() {}

  /**
   * @throws IOException if no node answers for that data directory; the message says so
   */
  public static String ask(Path dataDirectory, String command) throws IOException {
    Path path = dataDirectory.resolve(AdminSocket.FILE_NAME);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      channel.write(ByteBuffer.wrap((command + '\n').getBytes(UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IOException(
          "no running node answers at "
              + path
              + "; --dataDir names the data directory of the node that is meant",
          e);
    }
  }
}
