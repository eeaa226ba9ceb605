package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes what the programs are started with: the same work for each, and one thread. */
final class Configurations {
  /** The headers that a node sets on every request, so all others do too. */
  private static final String[][] FORWARDING_HEADERS = {
    {"X-Forwarded-For", "%[src]"},
    {"X-Forwarded-Host", "%[req.hdr(Host)]"},
    {"X-Forwarded-Port", "%[dst_port]"},
    {"X-Forwarded-Proto", "http"},
    {"X-Forwarded-Server", "%[hostname]"},
    {"X-Real-Ip", "%[src]"}
  };

  private final Path directory;
  private final int upstreamPort;

  Configurations(Path directory, int upstreamPort) {
    this.directory = directory;
    this.upstreamPort = upstreamPort;
  }

  /**
   * The upstream: 1 KiB at every path but {@code /forwarded}, which tells how many forwarding
   * headers came with the request.
   */
  Path nginx() throws IOException {
    var marks = new StringBuilder();
    for (String[] header : FORWARDING_HEADERS) {
      marks.append(header[0]).append("=$http_").append(variable(header[0])).append(';');
    }
    return write(
        "nginx.conf",
        """
        worker_processes 1;
        daemon off;
        pid %1$s/nginx.pid;
        error_log %1$s/nginx.error.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path %1$s/nginx.body;
          proxy_temp_path %1$s/nginx.proxy;
          fastcgi_temp_path %1$s/nginx.fastcgi;
          uwsgi_temp_path %1$s/nginx.uwsgi;
          scgi_temp_path %1$s/nginx.scgi;
          keepalive_requests 1000000000;
          server {
            listen 127.0.0.1:%2$d;
            location / { return 200 "%3$s"; }
            location = /forwarded { return 200 "%4$s"; }
          }
        }
        """
            .formatted(directory, upstreamPort, "x".repeat(1024), marks));
  }

  private static String variable(String header) {
    return header.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  /** Whether {@code body}, an answer of {@code /forwarded}, names a value for every header. */
  static boolean hasEveryForwardingHeader(String body) {
    for (String[] header : FORWARDING_HEADERS) {
      int value = body.indexOf(header[0] + '=');
      if (value < 0 || body.startsWith(";", value + header[0].length() + 1)) {
        return false;
      }
    }
    return true;
  }

  Path haproxy(int port) throws IOException {
    var headers = new StringBuilder();
    for (String[] header : FORWARDING_HEADERS) {
      headers.append("  http-request set-header ").append(header[0]).append(' ');
      headers.append(header[1]).append('\n');
    }
    return write(
        "haproxy.cfg",
        """
        global
          nbthread 1
          maxconn 4096
        defaults
          mode http
          http-reuse always
          timeout connect 5s
          timeout client 60s
          timeout server 60s
        frontend in
          bind 127.0.0.1:%d
          default_backend upstream
        backend upstream
        %s  server one 127.0.0.1:%d
        """
            .formatted(port, headers, upstreamPort));
  }

  /** Static configuration of a node with {@code routers} routers; one matches every host. */
  Path node(String name, int port, int routers) throws IOException {
    Path routes = write(name + ".routes.yml", routes(routers));
    return write(
        name + ".yml",
        """
        entryPoints: {web: {address: "127.0.0.1:%d"}}
        providers: {file: {filename: "%s", watch: false}}
        dataDir: "%s"
        """
            .formatted(port, routes, directory.resolve(name + ".data")));
  }

  /** Traefik reads the same routes from its own file. */
  Path traefik(int port) throws IOException {
    Path routes = write("traefik.routes.yml", routes(1));
    return write(
        "traefik.yml",
        """
        global: {checkNewVersion: false, sendAnonymousUsage: false}
        entryPoints: {web: {address: "127.0.0.1:%d"}}
        providers: {file: {filename: "%s", watch: false}}
        """
            .formatted(port, routes));
  }

  /** Host of the router that is last of {@code routers}. */
  static String lastHost(int routers) {
    return "h" + (routers - 1) + ".test";
  }

  private String routes(int routers) {
    var text = new StringBuilder("http:\n  routers:\n");
    if (routers == 1) {
      text.append("    all: {rule: \"PathPrefix(`/`)\", service: upstream}\n");
    } else {
      for (int i = 0; i < routers; i++) {
        text.append("    r%05d: {rule: \"Host(`h%d.test`)\", service: upstream}%n".formatted(i, i));
      }
    }
    return text.append("  services:\n    upstream:\n      loadBalancer:\n        servers: [{url: ")
        .append("\"http://127.0.0.1:")
        .append(upstreamPort)
        .append("\"}]\n")
        .toString();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
