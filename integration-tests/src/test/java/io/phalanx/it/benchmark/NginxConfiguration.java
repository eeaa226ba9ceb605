package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** nginx as a proxy with one worker. Its log is written in blocks of 64 KiB. */
final class NginxConfiguration {
  /** More than connections of any client, and one for each of many servers. */
  private static final int KEPT_CONNECTIONS = 256;

  private static final String PROXY_PASS =
      """
      proxy_pass http://upstream;
      proxy_http_version 1.1;
      proxy_max_temp_file_size 0;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      """
          + ForwardingHeader.ofNginx("proxy_set_header");

  private static final String GRPC_PASS =
      """
      grpc_pass grpc://upstream;
      grpc_set_header Host $http_host;
      """
          + ForwardingHeader.ofNginx("grpc_set_header");

  private NginxConfiguration() {}

  static Path write(Site site, int port, Path accessLog) throws IOException {
    Scenario scenario = site.scenario();
    return site.writeNginx(
        "nginx",
        """
        access_log %1$s;
        upstream upstream {
          %2$s
          keepalive %3$d;
          keepalive_requests 1000000000;
        }
        server {
          listen 127.0.0.1:%4$d%5$s;
          location / {
            %6$s
          }
        }
        """
            .formatted(
                scenario.isRecorded() ? accessLog + " combined buffer=64k flush=1s" : "off",
                site.servers().stream()
                    .map(server -> "server " + server + ';')
                    .collect(Collectors.joining("\n    ")),
                Math.max(KEPT_CONNECTIONS, 2 * site.servers().size()),
                port,
                listen(site),
                scenario.isGrpc() ? GRPC_PASS : PROXY_PASS));
  }

  private static String listen(Site site) {
    String tls =
        ";\n    ssl_certificate %s;\n    ssl_certificate_key %s;\n    ssl_protocols %s"
            .formatted(site.tls().chainFile(), site.tls().keyFile(), Tls.PROTOCOL);
    return switch (site.scenario().wire()) {
      case HTTP1 -> "";
      case HTTP2 -> " http2";
      case HTTP1_TLS -> " ssl" + tls;
      case HTTP2_TLS -> " ssl http2" + tls;
    };
  }
}
