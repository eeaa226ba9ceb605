package io.phalanx.it.benchmark;

import java.util.ArrayList;
import java.util.List;

/** What the client asks for. All answers are 1 KiB, all connections are kept. */
enum Scenario {
  MINIMAL("nothing but the Host header"),
  BROWSER("12 headers as a browser sends them"),
  ROUTERS("12 browser headers; 10 or 10,000 routers by host, the last one matches");

  private final String description;

  Scenario(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }

  /** Options of {@code wrk} that set the request's headers. */
  List<String> wrkHeaders(String host) {
    List<String> headers =
        switch (this) {
          case MINIMAL -> List.of();
          case BROWSER, ROUTERS -> BROWSER_HEADERS;
        };
    var options = new ArrayList<String>();
    options.addAll(List.of("-H", "Host: " + host));
    headers.forEach(header -> options.addAll(List.of("-H", header)));
    return List.copyOf(options);
  }

  private static final List<String> BROWSER_HEADERS =
      List.of(
          "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
              + " Chrome/126.0.0.0 Safari/537.36",
          "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
              + "*/*;q=0.8",
          "Accept-Language: en-US,en;q=0.9,de;q=0.8",
          "Accept-Encoding: gzip, deflate, br, zstd",
          "Cookie: session=abcdef0123456789abcdef0123456789; theme=dark;"
              + " _ga=GA1.2.1234567890.1700000000",
          "Referer: https://www.example.org/some/path/page.html",
          "Sec-Fetch-Dest: document",
          "Sec-Fetch-Mode: navigate",
          "Sec-Fetch-Site: same-origin",
          "Upgrade-Insecure-Requests: 1",
          "Cache-Control: max-age=0",
          "Sec-Ch-Ua: \"Chromium\";v=\"126\", \"Not/A)Brand\";v=\"8\"");
}
