package io.phalanx.it.benchmark;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The headers that a node sets on every request, so all others do too. */
enum ForwardingHeader {
  FOR("X-Forwarded-For", "%[src]", "$remote_addr"),
  HOST("X-Forwarded-Host", "%[req.hdr(Host)]", "$http_host"),
  PORT("X-Forwarded-Port", "%[dst_port]", "$server_port"),
  PROTO("X-Forwarded-Proto", "%[ssl_fc]", "$scheme"),
  SERVER("X-Forwarded-Server", "%[hostname]", "$hostname"),
  REAL_IP("X-Real-Ip", "%[src]", "$remote_addr");

  private final String header;
  private final String haproxy;
  private final String nginx;

  ForwardingHeader(String header, String haproxy, String nginx) {
    this.header = header;
    this.haproxy = haproxy;
    this.nginx = nginx;
  }

  /** Lines of a HAProxy back end that set all. */
  static String ofHaproxy(String scheme) {
    return lines(
        each ->
            "http-request set-header "
                + each.header
                + ' '
                + (each == PROTO ? scheme : each.haproxy));
  }

  /**
   * @param directive {@code proxy_set_header}, or that of another kind of upstream
   */
  static String ofNginx(String directive) {
    return lines(each -> directive + ' ' + each.header + ' ' + each.nginx + ';');
  }

  private static String lines(Function<ForwardingHeader, String> line) {
    return Stream.of(values()).map(line).collect(Collectors.joining("\n  "));
  }

  /** What an nginx server answers to tell which of them came with a request. */
  static String asked() {
    return Stream.of(values())
        .map(each -> each.header + "=$http_" + each.variable() + ';')
        .collect(Collectors.joining());
  }

  private String variable() {
    return header.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  /** Whether {@code answer} to {@link #asked} names a value for every header. */
  static boolean areAllIn(String answer) {
    return Arrays.stream(values()).allMatch(each -> each.isIn(answer));
  }

  private boolean isIn(String answer) {
    int value = answer.indexOf(header + '=');
    return value >= 0 && !answer.startsWith(";", value + header.length() + 1);
  }
}
