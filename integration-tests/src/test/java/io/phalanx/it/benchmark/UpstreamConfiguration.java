package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An nginx that answers {@code /1m.bin} with 1 MiB, {@code /forwarded} with the forwarding headers
 * that came, {@code /server} with the address that was asked, and every other path with 1 KiB.
 */
final class UpstreamConfiguration {
  private UpstreamConfiguration() {}

  /**
   * @param port on loopback, whether a proxy asks there or not
   */
  static Path write(Site site, int port) throws IOException {
    Files.write(site.file(Body.LARGE.path().substring(1)), new byte[Body.LARGE.length()]);
    String listens =
        Stream.concat(Stream.of("127.0.0.1:" + port), site.servers().stream())
            .distinct()
            .map(listen -> "listen " + listen + (site.scenario().isGrpc() ? " http2;" : ";"))
            .collect(Collectors.joining("\n    "));
    return site.writeNginx(
        "upstream",
        """
        access_log off;
        keepalive_timeout 1h;
        sendfile on;
        open_file_cache max=10;
        server {
          %2$s
          root %1$s;
          location / { return 200 "%3$s"; }
          location = /forwarded { return 200 "%4$s"; }
          location = /server { return 200 $server_addr; }
          location = %5$s { }
        }
        """
            .formatted(
                site.directory(),
                listens,
                "x".repeat(Body.SMALL.length()),
                ForwardingHeader.asked(),
                Body.LARGE.path()));
  }
}
