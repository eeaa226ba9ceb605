package io.phalanx.it.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An authority made by OpenSSL, and its OCSP responder. */
final class OcspResponder implements AutoCloseable {
  private static final String SERIAL = "1234";
  private static final List<String> NEW_KEY =
      List.of("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes");

  private final Path directory;
  private final int port;
  private Optional<Process> running = Optional.empty();

  OcspResponder(Path directory, int port) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    this.port = port;
    var authority = new ArrayList<>(NEW_KEY);
    authority.addAll(List.of("-x509", "-subj", "/CN=Authority", "-days", "9"));
    authority.addAll(List.of("-keyout", "ca.key", "-out", "ca.crt"));
    run(authority);
    var server = new ArrayList<>(NEW_KEY);
    server.addAll(List.of("-subj", "/CN=shop.test", "-keyout", "shop.key", "-out", "shop.csr"));
    run(server);
    Files.writeString(
        directory.resolve("extensions"),
        """
        subjectAltName=DNS:shop.test
        authorityInfoAccess=OCSP;URI:%s
        """
            .formatted(url()));
    run(
        List.of(
            "x509",
            "-req",
            "-in",
            "shop.csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-set_serial",
            "0x" + SERIAL,
            "-days",
            "5",
            "-extfile",
            "extensions",
            "-out",
            "shop.alone"));
    Files.writeString(
        chain(),
        Files.readString(directory.resolve("shop.alone"))
            + Files.readString(directory.resolve("ca.crt")));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  Path chain() {
    return directory.resolve("shop.crt");
  }

  Path key() {
    return directory.resolve("shop.key");
  }

  /** From now on it says that the certificate is good. */
  void good() throws IOException {
    start("V\t361231235959Z\t\t" + SERIAL + "\tunknown\t/CN=shop.test\n");
  }

  /** From now on it says that the certificate was revoked. */
  void revoked() throws IOException {
    start("R\t361231235959Z\t261101000000Z\t" + SERIAL + "\tunknown\t/CN=shop.test\n");
  }

  private void start(String index) throws IOException {
    close();
    Files.writeString(directory.resolve("index.txt"), index);
    running =
        Optional.of(
            openssl(
                List.of(
                    "ocsp",
                    "-port",
                    Integer.toString(port),
                    "-index",
                    "index.txt",
                    "-CA",
                    "ca.crt",
                    "-rsigner",
                    "ca.crt",
                    "-rkey",
                    "ca.key",
                    "-ndays",
                    "1"),
                "responder.log"));
  }

  private void run(List<String> words) throws IOException, InterruptedException {
    int code = openssl(words, "openssl.log").waitFor();
    if (code != 0) {
      throw new IOException(Files.readString(directory.resolve("openssl.log")));
    }
  }

  private Process openssl(List<String> words, String log) throws IOException {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(words);
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(log).toFile())
        .start();
  }

  @Override
  public void close() {
    running.ifPresent(
        process -> {
          process.destroy();
          process.onExit().join();
        });
  }
}
