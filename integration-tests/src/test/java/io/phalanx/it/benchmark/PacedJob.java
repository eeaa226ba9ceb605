package io.phalanx.it.benchmark;

import java.util.Base64;
import java.util.List;

/**
 * Requests at even times, whether those before are answered or not.
 *
 * @param certificate PEM file of what is trusted
 * @param headers beside {@code Host}, each as {@code Name: value}
 * @param payload of a POST, in Base64; empty for a GET
 * @param length of the answer's body
 * @param streams requests at a time on each connection; 1 with HTTP/1.1
 */
record PacedJob(
    Wire wire,
    int port,
    String certificate,
    String host,
    String path,
    List<String> headers,
    String payload,
    int length,
    int connections,
    int streams,
    int perSecond,
    int seconds) {
  PacedJob {
    if (perSecond < 1 || seconds < 1 || connections < 1 || streams < 1) {
      throw new IllegalArgumentException("rate, time, connections and streams must be positive");
    }
    headers = List.copyOf(headers);
  }

  static String payload(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  byte[] payloadBytes() {
    return Base64.getDecoder().decode(payload);
  }

  int requests() {
    return Math.multiplyExact(perSecond, seconds);
  }
}
