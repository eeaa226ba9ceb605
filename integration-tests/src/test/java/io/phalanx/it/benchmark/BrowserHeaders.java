package io.phalanx.it.benchmark;

import java.util.List;

/** What a browser sends beside {@code Host} when somebody follows a link. */
final class BrowserHeaders {
  static final List<String> ALL =
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

  private BrowserHeaders() {}
}
