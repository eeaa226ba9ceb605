package io.phalanx.it.benchmark;

/** What the upstream answers with. */
enum Body {
  SMALL("/", 1024),
  LARGE("/1m.bin", 1 << 20);

  private final String path;
  private final int length;

  Body(String path, int length) {
    this.path = path;
    this.length = length;
  }

  String path() {
    return path;
  }

  int length() {
    return length;
  }
}
