package io.phalanx.providers.dynamic;

import static java.util.Map.entry;

import io.phalanx.providers.tree.Choice;
import io.phalanx.providers.tree.Decoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * All middlewares of Traefik v3, {@code quota}, which is ours, and the records of their options,
 * whether this release serves them or not.
 */
public final class MiddlewareTypes {
  public static final Map<String, Class<? extends Record>> ALL =
      Map.ofEntries(
          entry("addPrefix", PathOptions.AddPrefix.class),
          entry("stripPrefix", PathOptions.StripPrefix.class),
          entry("stripPrefixRegex", PathOptions.StripPrefixRegex.class),
          entry("replacePath", PathOptions.ReplacePath.class),
          entry("replacePathRegex", PathOptions.ReplacePathRegex.class),
          entry("redirectRegex", PathOptions.RedirectRegex.class),
          entry("redirectScheme", PathOptions.RedirectScheme.class),
          entry("encodedCharacters", PathOptions.EncodedCharacters.class),
          entry("headers", HeadersOptions.class),
          entry("chain", FlowOptions.Chain.class),
          entry("retry", FlowOptions.Retry.class),
          entry("circuitBreaker", FlowOptions.CircuitBreaker.class),
          entry("errors", FlowOptions.Errors.class),
          entry("plugin", FlowOptions.Plugin.class),
          entry("basicAuth", AccessOptions.BasicAuth.class),
          entry("digestAuth", AccessOptions.DigestAuth.class),
          entry("forwardAuth", AccessOptions.ForwardAuth.class),
          entry("ipAllowList", AccessOptions.IpAllowList.class),
          entry("ipWhiteList", AccessOptions.IpWhiteList.class),
          entry("passTLSClientCert", AccessOptions.PassTlsClientCert.class),
          entry("rateLimit", LimitOptions.RateLimit.class),
          entry("inFlightReq", LimitOptions.InFlightReq.class),
          entry("quota", LimitOptions.Quota.class),
          entry("buffering", BodyOptions.Buffering.class),
          entry("compress", BodyOptions.Compress.class),
          entry("contentType", BodyOptions.ContentType.class),
          entry("grpcWeb", BodyOptions.GrpcWeb.class));

  private static final Choice<Middleware> SHAPE =
      new Choice<>(
          ALL,
          Set.of(),
          true,
          new Choice.Builder<>() {
            @Override
            public Middleware build(SequencedMap<String, Record> options) {
              return new Middleware(options.firstEntry().getKey(), options.firstEntry().getValue());
            }

            @Override
            public SequencedMap<String, Record> options(Middleware middleware) {
              var options = new LinkedHashMap<String, Record>();
              options.put(middleware.type(), middleware.options());
              return options;
            }
          });

  /** Reads dynamic configuration. */
  public static final Decoder DECODER = new Decoder(Map.of(Middleware.class, SHAPE));

  private MiddlewareTypes() {}
}
