package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Options of {@code headers}.
 *
 * @param customRequestHeaders by their names; a value may be what lets requests in at a server
 * @param featurePolicy deprecated and without effect, as are {@code sslRedirect}, {@code
 *     sslTemporaryRedirect}, {@code sslHost} and {@code sslForceHost}
 */
public record HeadersOptions(
    Map<String, Secret> customRequestHeaders,
    Map<String, String> customResponseHeaders,
    boolean accessControlAllowCredentials,
    List<String> accessControlAllowHeaders,
    List<String> accessControlAllowMethods,
    List<String> accessControlAllowOriginList,
    List<String> accessControlAllowOriginListRegex,
    List<String> accessControlExposeHeaders,
    Optional<Long> accessControlMaxAge,
    boolean addVaryHeader,
    List<String> allowedHosts,
    List<String> hostsProxyHeaders,
    Map<String, String> sslProxyHeaders,
    long stsSeconds,
    boolean stsIncludeSubdomains,
    boolean stsPreload,
    boolean forceSTSHeader,
    boolean frameDeny,
    Optional<String> customFrameOptionsValue,
    boolean contentTypeNosniff,
    boolean browserXssFilter,
    Optional<String> customBrowserXSSValue,
    Optional<String> contentSecurityPolicy,
    Optional<String> contentSecurityPolicyReportOnly,
    Optional<String> publicKey,
    Optional<String> referrerPolicy,
    Optional<String> permissionsPolicy,
    boolean isDevelopment,
    Optional<String> featurePolicy,
    boolean sslRedirect,
    boolean sslTemporaryRedirect,
    Optional<String> sslHost,
    boolean sslForceHost) {}
