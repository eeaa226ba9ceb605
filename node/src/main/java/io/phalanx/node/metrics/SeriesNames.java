package io.phalanx.node.metrics;

/** The names of the meters of entry points, routers or services, as Traefik has them. */
enum SeriesNames {
  ENTRY_POINT("traefik_entrypoint_"),
  ROUTER("traefik_router_"),
  SERVICE("traefik_service_");

  private final String requests;
  private final String requestsByTls;
  private final String durations;
  private final String requestBytes;
  private final String responseBytes;
  private final String retries;

  SeriesNames(String prefix) {
    this.requests = prefix + "requests_total";
    this.requestsByTls = prefix + "requests_tls_total";
    this.durations = prefix + "request_duration_seconds";
    this.requestBytes = prefix + "requests_bytes_total";
    this.responseBytes = prefix + "responses_bytes_total";
    this.retries = prefix + "retries_total";
  }

  String requests() {
    return requests;
  }

  String requestsByTls() {
    return requestsByTls;
  }

  String durations() {
    return durations;
  }

  String requestBytes() {
    return requestBytes;
  }

  String responseBytes() {
    return responseBytes;
  }

  String retries() {
    return retries;
  }
}
