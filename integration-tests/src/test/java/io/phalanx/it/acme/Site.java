package io.phalanx.it.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.it.harness.TrustEveryone;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** What a node shows to clients of one name. */
record Site(String address, int port, String name) {
  private static final int LIMIT_MILLIS = 5_000;

  private SSLSocket connect() throws IOException {
    var plain = new Socket();
    plain.connect(new InetSocketAddress(address, port), LIMIT_MILLIS);
    plain.setSoTimeout(LIMIT_MILLIS);
    var socket =
        (SSLSocket)
            TrustEveryone.context().getSocketFactory().createSocket(plain, name, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  X509Certificate shown() throws IOException {
    try (SSLSocket socket = connect()) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /** Of the last certificate of the chain that is shown. */
  String lastIssuer() throws IOException {
    try (SSLSocket socket = connect()) {
      Certificate[] chain = socket.getSession().getPeerCertificates();
      return ((X509Certificate) chain[chain.length - 1]).getIssuerX500Principal().getName();
    }
  }

  /** Whether anybody shows a certificate there, of whomever. */
  boolean isShown() {
    try {
      return !shown().getIssuerX500Principal().getName().isEmpty();
    } catch (IOException _) {
      return false;
    }
  }

  /** Whether it is one of Pebble's. */
  boolean isIssued() {
    try {
      return shown().getIssuerX500Principal().getName().contains("Pebble");
    } catch (IOException _) {
      return false;
    }
  }

  /** The first line of the answer to a request. */
  String status() throws IOException {
    try (SSLSocket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n")
                  .getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      return answer.lines().findFirst().orElse("nothing");
    }
  }
}
