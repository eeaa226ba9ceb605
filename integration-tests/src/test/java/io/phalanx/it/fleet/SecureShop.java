package io.phalanx.it.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.it.harness.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Routes of shop.test with TLS, and of /plain without, and what OpenSSL says of them. */
final class SecureShop {
  private SecureShop() {}

  static Path routes(Path file, Origin origin, Path certificates, Path key) throws IOException {
    return Files.writeString(
        file,
        """
        http:
          routers:
            shop: {rule: "Host(`shop.test`)", service: app, tls: {}}
            plain: {rule: "Path(`/plain`)", service: app}
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
        tls:
          certificates: [{certFile: "%s", keyFile: "%s"}]
        """
            .formatted(origin.url(), certificates, key));
  }

  /**
   * What OpenSSL says of a connection that it makes.
   *
   * @param request what it sends; with {@code -ign_eof} it waits for the end of the answer
   */
  static String connect(int port, byte[] request, String... options)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-servername",
                "shop.test"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(request);
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    process.waitFor();
    return said;
  }
}
