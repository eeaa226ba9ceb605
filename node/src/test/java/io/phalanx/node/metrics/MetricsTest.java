package io.phalanx.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.TestHeaders;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.settings.MetricsSettings.Prometheus;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_001);
  private static final Prometheus STANDARD = settings(List.of(0.1, 0.3, 1.2, 5.0), Map.of());

  private static final Map<String, String> SERVED = Map.of("app@file", "shop@file");

  private Metrics metrics = new Metrics(false, STANDARD, InstantSource.fixed(NOW));

  private static Prometheus settings(List<Double> buckets, Map<String, String> headerLabels) {
    return new Prometheus("traefik", false, true, true, true, buckets, headerLabels);
  }

  private void with(Prometheus settings) {
    metrics.close();
    metrics = new Metrics(false, settings, InstantSource.fixed(NOW));
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private static Trail routed() {
    var trail = new Trail();
    trail.routedBy("app@file", "shop@file", false, true, true);
    trail.reachedService("shop@file");
    return trail;
  }

  @Test
  void countsRetriesAtTheServiceOfTheRouter() {
    var trail = routed();
    trail.retried();
    trail.retried();
    trail.reachedService("part@file");
    count(get(), 200, trail, Duration.ofMillis(1));

    assertThat(lines("traefik_service_retries_total"))
        .containsExactly("traefik_service_retries_total{service=\"shop@file\"} 2");
    assertThat(lines("traefik_service_requests_total"))
        .allMatch(line -> line.contains("service=\"part@file\""));
  }

  @Test
  void countsFailuresByWhoseFaultTheyAre() {
    var trail = routed();
    trail.failed(
        new UpstreamFault(
            "http://a", UpstreamFault.Stage.STREAMING, UpstreamFault.Kind.CLOSED, ""));
    trail.failed(new Failure.ClientFault(499, "told later"));
    count(get(), 502, trail, Duration.ofMillis(1));
    metrics.requests().refused("web", new Failure.ClientFault(431, "too long"));
    metrics.requests().refused("web", new Failure.ClientFault(431, "too long"));

    assertThat(metrics.text())
        .contains(
            "phalanx_failures_total{entrypoint=\"web\",kind=\"closed\",side=\"server\","
                + "stage=\"streaming\"} 1",
            "phalanx_failures_total{entrypoint=\"web\",kind=\"too_large\",side=\"client\","
                + "stage=\"reading\"} 2")
        .doesNotContain("kind=\"closed\",side=\"client\"");
  }

  private static RequestHead get(String... header) {
    return request("GET", header);
  }

  private static RequestHead request(String method, String... header) {
    var headers = new TestHeaders();
    for (int i = 0; i < header.length; i += 2) {
      headers.add(HeaderName.of(header[i]), header[i + 1]);
    }
    return new RequestHead(
        method,
        false,
        "web",
        Peer.of(InetAddress.ofLiteral("192.0.2.1"), 4711),
        "a.test",
        "/",
        Optional.empty(),
        headers);
  }

  private void count(RequestHead request, int status, Trail trail, Duration duration) {
    metrics
        .requests()
        .completed(
            new CompletedExchange(
                request,
                "a.test",
                "/",
                "HTTP/1.1",
                new ResponseHead(status, new TestHeaders()),
                trail,
                NOW,
                duration,
                duration.toNanos(),
                20,
                100));
  }

  private List<String> lines(String start) {
    return metrics.text().lines().filter(line -> line.startsWith(start)).toList();
  }

  @Test
  void countsARequestAtEntryPointRouterAndService() {
    metrics.reloaded(SERVED, Set.of());
    count(get(), 200, routed(), Duration.ofMillis(200));

    assertThat(lines("traefik_entrypoint_requests_total"))
        .containsExactly(
            "traefik_entrypoint_requests_total{code=\"200\",entrypoint=\"web\",method=\"GET\","
                + "protocol=\"http\"} 1");
    assertThat(lines("traefik_router_requests_bytes_total"))
        .containsExactly(
            "traefik_router_requests_bytes_total{code=\"200\",method=\"GET\",protocol=\"http\","
                + "router=\"app@file\",service=\"shop@file\"} 20");
    assertThat(lines("traefik_service_responses_bytes_total"))
        .containsExactly(
            "traefik_service_responses_bytes_total{code=\"200\",method=\"GET\","
                + "protocol=\"http\",service=\"shop@file\"} 100");
  }

  @Test
  void bucketsAreCumulativeAndSumAndCountFollow() {
    with(settings(List.of(0.5, 20.0), Map.of()));
    count(get(), 200, routed(), Duration.ofMillis(250));
    count(get(), 200, routed(), Duration.ofSeconds(2));

    String labels = "{code=\"200\",entrypoint=\"web\",method=\"GET\",protocol=\"http\"";
    assertThat(lines("traefik_entrypoint_request_duration_seconds"))
        .containsExactly(
            "traefik_entrypoint_request_duration_seconds_bucket" + labels + ",le=\"0.5\"} 1",
            "traefik_entrypoint_request_duration_seconds_bucket" + labels + ",le=\"20\"} 2",
            "traefik_entrypoint_request_duration_seconds_bucket" + labels + ",le=\"+Inf\"} 2",
            "traefik_entrypoint_request_duration_seconds_sum" + labels + "} 2.25",
            "traefik_entrypoint_request_duration_seconds_count" + labels + "} 2");
  }

  @Test
  void whatAMiddlewareAnsweredDoesNotCountAtTheService() {
    var trail = new Trail();
    trail.routedBy("app@file", "shop@file", false, true, true);
    count(get(), 429, trail, Duration.ZERO);

    assertThat(lines("traefik_router_requests_total")).hasSize(1);
    assertThat(lines("traefik_service_requests_total")).isEmpty();
  }

  @Test
  void whatNoRouterMatchesCountsAtTheEntryPointAlone() {
    var trail = new Trail();
    trail.routedBy("", "", false, true, true);
    count(get(), 404, trail, Duration.ZERO);

    assertThat(lines("traefik_entrypoint_requests_total")).hasSize(1);
    assertThat(lines("traefik_router_")).isEmpty();
    assertThat(lines("traefik_service_")).isEmpty();
  }

  @Test
  void theNodesOwnRoutersAndThoseThatAreNotMeasuredDoNotCount() {
    var internal = new Trail();
    internal.routedBy("ping@internal", "ping@internal", true, true, true);
    count(get(), 200, internal, Duration.ZERO);
    var unmeasured = new Trail();
    unmeasured.routedBy("app@file", "shop@file", false, true, false);
    count(get(), 200, unmeasured, Duration.ZERO);

    assertThat(lines("traefik_entrypoint_")).isEmpty();
  }

  @Test
  void methodsThatClientsMakeUpShareOneSeries() {
    count(request("BREW"), 405, routed(), Duration.ZERO);
    count(request("SPILL"), 405, routed(), Duration.ZERO);

    assertThat(lines("traefik_service_requests_total"))
        .containsExactly(
            "traefik_service_requests_total{code=\"405\",method=\"EXTENSION_METHOD\","
                + "protocol=\"http\",service=\"shop@file\"} 2");
  }

  @Test
  void theProtocolIsWhatTheHeadersSay() {
    count(get("Upgrade", "WebSocket"), 101, routed(), Duration.ZERO);
    count(get("Accept", "text/event-stream"), 200, routed(), Duration.ZERO);
    count(get("Content-Type", "application/grpc+proto"), 200, routed(), Duration.ZERO);
    count(get("Content-Type", "application/grpc-web-text"), 200, routed(), Duration.ZERO);

    assertThat(lines("traefik_service_requests_total"))
        .extracting(line -> line.replaceAll(".*protocol=\"([^\"]*)\".*", "$1"))
        .containsExactlyInAnyOrder("websocket", "sse", "grpc", "grpc-web");
  }

  @Test
  void headerLabelsAreOnTheRequestCountersAlone() {
    with(settings(List.of(1.0), Map.of("agent", "User-Agent")));
    metrics.reloaded(SERVED, Set.of());
    count(get("User-Agent", "say \"x\"\\"), 200, routed(), Duration.ZERO);

    assertThat(lines("traefik_service_requests_total"))
        .containsExactly(
            "traefik_service_requests_total{agent=\"say"
                + " \\\"x\\\"\\\\\",code=\"200\",method=\"GET\",protocol=\"http\",service=\"shop@file\"}"
                + " 1");
    assertThat(lines("traefik_service_requests_bytes_total"))
        .singleElement()
        .asString()
        .doesNotContain("agent");
  }

  @Test
  void clientsCannotMakeSeriesWithoutEnd() {
    with(new Prometheus("traefik", false, true, false, false, List.of(1.0), Map.of("a", "X-A")));
    int more = 50;
    for (int i = 0; i < HeaderLabels.MAX_SERIES + more; i++) {
      count(get("X-A", "v" + i + "x".repeat(500)), 200, routed(), Duration.ZERO);
    }

    List<String> counters = lines("traefik_entrypoint_requests_total");
    assertThat(counters).hasSize(HeaderLabels.MAX_SERIES + 1);
    assertThat(counters).allMatch(line -> line.length() < 300);
    assertThat(counters).anyMatch(line -> line.contains("(other)") && line.endsWith(" " + more));
  }

  @Test
  void seriesOfWhatIsGoneAreFetchedOnceMore() {
    metrics.reloaded(SERVED, Set.of());
    count(get(), 200, routed(), Duration.ZERO);
    assertThat(lines("traefik_service_requests_total")).hasSize(1);

    metrics.reloaded(Map.of("other@file", "other@file"), Set.of());

    assertThat(lines("traefik_service_requests_total")).hasSize(1);
    assertThat(lines("traefik_service_requests_total")).isEmpty();
    assertThat(lines("traefik_router_requests_total")).isEmpty();
    assertThat(lines("traefik_entrypoint_requests_total")).hasSize(1);
  }

  @Test
  void countsConfigurationsAndWhenTheLastCame() {
    metrics.reloaded(Map.of(), Set.of());
    metrics.reloaded(Map.of(), Set.of());

    assertThat(lines("traefik_config_"))
        .containsExactlyInAnyOrder(
            "traefik_config_reloads_total 2", "traefik_config_last_reload_success 1700000001");
  }

  @Test
  void everyFamilyHasOneTypeAndMicrometersMaximumIsNotAmongThem() {
    count(get(), 200, routed(), Duration.ZERO);

    List<String> types = lines("# TYPE ");
    assertThat(types).doesNotHaveDuplicates();
    assertThat(types)
        .contains(
            "# TYPE traefik_entrypoint_request_duration_seconds histogram",
            "# TYPE traefik_service_requests_total counter",
            "# TYPE process_uptime_seconds gauge");
    assertThat(types)
        .noneMatch(line -> line.startsWith("# TYPE traefik_") && line.contains("_max "));
  }

  @Test
  void refusesBucketsAndLabelsThatCannotBe() {
    assertThatThrownBy(() -> settings(List.of(1.0, 0.5), Map.of()))
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> settings(List.of(Double.NaN), Map.of()))
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> settings(List.of(1.0), Map.of("code", "X-Code")))
        .hasMessageContaining("\"code\" cannot be the name of a label");
    assertThatThrownBy(() -> settings(List.of(1.0), Map.of("a", "X A")))
        .hasMessageContaining("\"X A\" is not a header name");
  }

  @Test
  void aCounterIsShownThoughNobodyElseHoldsIt() {
    var lost = new AtomicLong(3);
    metrics.counter("lost_lines_total", "Lines that were lost.", () -> lost.get());
    System.gc();

    assertThat(lines("lost_lines_total")).containsExactly("lost_lines_total 3");
  }

  @Test
  void readsWhatIsAskedForWhenMetricsAreFetched() {
    var value = new AtomicLong(1);
    metrics.gauges(
        "phalanx_g", "G.", () -> Map.of(Map.of("a", "x", "b", "y"), value.doubleValue()));
    metrics.counters("phalanx_c_total", "C.", () -> Map.of(Map.of("a", "x"), value.doubleValue()));
    value.set(2);

    assertThat(metrics.text())
        .contains("# TYPE phalanx_g gauge\nphalanx_g{a=\"x\",b=\"y\"} 2\n")
        .contains("# TYPE phalanx_c_total counter\nphalanx_c_total{a=\"x\"} 2\n");
  }
}
