package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program that does one {@link PacedJob} after another: a line of JSON in, the report as a line
 * of JSON out. It stays, so that its own code is compiled when it matters.
 */
public final class PacedClient {
  private PacedClient() {}

  public static void main(String[] none) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      PacedJob job = JsonMapper.shared().readValue(line, PacedJob.class);
      System.out.println(
          JsonMapper.shared().writeValueAsString(PacedRun.run(job, context(job.certificate()))));
    }
  }

  private static SSLContext context(String certificate) throws IOException {
    try (var in = Files.newInputStream(Path.of(certificate))) {
      return Tls.clientContext(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
    } catch (GeneralSecurityException e) {
      throw new IOException("not a certificate: " + certificate, e);
    }
  }
}
