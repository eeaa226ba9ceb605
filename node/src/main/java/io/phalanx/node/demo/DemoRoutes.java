package io.phalanx.node.demo;

/** What the demonstration routes: two servers, and limits. */
public final class DemoRoutes {
  private static final String TEXT =
      """
      # One change here is a change on all nodes. Try it: replace "one" by "two" in the last router, and save.
      http:
        routers:
          everything:
            rule: PathPrefix(`/`)
            priority: 1
            service: both
          limited:
            rule: Path(`/limited`)
            middlewares: [ten-an-hour]
            service: both
          shown:
            rule: Path(`/shown`)
            middlewares: [ten-an-hour-shown]
            service: both
          mine:
            rule: PathPrefix(`/mine`)
            service: one
        middlewares:
          ten-an-hour:
            rateLimit: {average: 1, period: 1h, burst: 10}
          ten-an-hour-shown:
            rateLimit: {average: 1, period: 1h, burst: 10}
        services:
          both:
            loadBalancer:
              servers: [{url: "%1$s"}, {url: "%2$s"}]
          one:
            loadBalancer:
              servers: [{url: "%1$s"}]
          two:
            loadBalancer:
              servers: [{url: "%2$s"}]
      """;

  private DemoRoutes() {}

  /**
   * @param one URL of a server
   * @param two of another
   * @return a dynamic configuration in YAML
   */
  public static String text(String one, String two) {
    return TEXT.formatted(one, two);
  }
}
