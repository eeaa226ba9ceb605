package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Default;
import java.util.List;
import java.util.Optional;

/** Options of the middlewares that look at bodies. */
public final class BodyOptions {
  private BodyOptions() {}

  public record Buffering(
      long maxRequestBodyBytes,
      @Default("1048576") long memRequestBodyBytes,
      long maxResponseBodyBytes,
      @Default("1048576") long memResponseBodyBytes,
      Optional<String> retryExpression) {}

  public record Compress(
      @Default("gzip, br, zstd") List<String> encodings,
      Optional<String> defaultEncoding,
      @Default("1024") int minResponseBodyBytes,
      List<String> includedContentTypes,
      List<String> excludedContentTypes) {}

  /**
   * @param autoDetect deprecated; false leaves the middleware without effect
   */
  public record ContentType(Optional<Boolean> autoDetect) {}

  public record GrpcWeb(List<String> allowOrigins) {}
}
