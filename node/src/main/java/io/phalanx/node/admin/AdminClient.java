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
   * @param command its words, apart by blanks
   * @throws IOException if no node answers for that data directory, or it could not do that; the
   *     message says so
   */
  public static String ask(Path dataDirectory, String command) throws IOException {
    Path path = dataDirectory.resolve(AdminSocket.FILE_NAME);
    String answer;
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      ByteBuffer request = ByteBuffer.wrap((command + '\n').getBytes(UTF_8));
      while (request.hasRemaining()) {
        channel.write(request);
      }
      answer = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IOException(
          "no running node answers at "
              + path
              + "; --dataDir names the data directory of the node that is meant",
          e);
    }
    int end = answer.indexOf('\n');
    if (end < 0) {
      throw new IOException("the node broke off");
    }
    String text = answer.substring(end + 1);
    if (!answer.substring(0, end).equals(AdminSocket.DONE)) {
      throw new IOException(text);
    }
    return text;
  }
}
