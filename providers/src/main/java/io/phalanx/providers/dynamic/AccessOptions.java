package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.Secret;
import java.util.List;
import java.util.Optional;

/** Options of the middlewares that decide who may pass, or tell who the client is. */
public final class AccessOptions {
  private AccessOptions() {}

  public record BasicAuth(
      List<Secret> users,
      Optional<String> usersFile,
      @Default("traefik") String realm,
      Optional<String> headerField,
      boolean removeHeader) {}

  public record DigestAuth(
      List<Secret> users,
      Optional<String> usersFile,
      @Default("traefik") String realm,
      Optional<String> headerField,
      boolean removeHeader) {}

  public record ClientTls(
      Optional<String> ca,
      Optional<String> cert,
      Optional<Secret> key,
      boolean insecureSkipVerify,
      boolean caOptional) {}

  public record ForwardAuth(
      @Default("") String address,
      Optional<ClientTls> tls,
      Optional<Boolean> trustForwardHeader,
      List<String> authResponseHeaders,
      Optional<String> authResponseHeadersRegex,
      List<String> authRequestHeaders,
      List<String> addAuthCookiesToResponse,
      Optional<String> headerField,
      boolean forwardBody,
      @Default("-1") long maxBodySize,
      Optional<Long> maxResponseBodySize,
      boolean preserveLocationHeader,
      boolean preserveRequestMethod,
      Optional<String> authSigninURL) {}

  public record IpAllowList(
      List<String> sourceRange,
      @AllowEmpty Optional<LimitOptions.IpStrategy> ipStrategy,
      @Default("403") int rejectStatusCode) {}

  /** The older name of {@link IpAllowList}. */
  public record IpWhiteList(
      List<String> sourceRange, @AllowEmpty Optional<LimitOptions.IpStrategy> ipStrategy) {}

  public record PassTlsClientCert(boolean pem, Optional<CertificateInfo> info) {}

  public record CertificateInfo(
      boolean notAfter,
      boolean notBefore,
      boolean sans,
      boolean serialNumber,
      Optional<SubjectInfo> subject,
      Optional<IssuerInfo> issuer) {}

  public record SubjectInfo(
      boolean country,
      boolean province,
      boolean locality,
      boolean organization,
      boolean organizationalUnit,
      boolean commonName,
      boolean serialNumber,
      boolean domainComponent) {}

  public record IssuerInfo(
      boolean country,
      boolean province,
      boolean locality,
      boolean organization,
      boolean commonName,
      boolean serialNumber,
      boolean domainComponent) {}
}
