package io.phalanx.providers.consulcatalog;

import com.ecwid.consul.ConsulException;
import com.ecwid.consul.UrlParameters;
import com.ecwid.consul.transport.HttpRequest;
import com.ecwid.consul.transport.HttpResponse;
import com.ecwid.consul.v1.ConsistencyMode;
import com.ecwid.consul.v1.ConsulRawClient;
import com.ecwid.consul.v1.OperationException;
import com.ecwid.consul.v1.QueryParams;
import com.ecwid.consul.v1.Request;
import com.ecwid.consul.v1.Response;
import com.ecwid.consul.v1.catalog.CatalogConsulClient;
import com.ecwid.consul.v1.catalog.CatalogNodesRequest;
import com.ecwid.consul.v1.catalog.CatalogServicesRequest;
import com.ecwid.consul.v1.health.HealthConsulClient;
import com.ecwid.consul.v1.health.HealthServicesRequest;
import com.ecwid.consul.v1.health.model.Check;
import com.ecwid.consul.v1.health.model.HealthService;
import com.google.gson.JsonParseException;
import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.http.client.HttpClient;
import org.jspecify.annotations.Nullable;

/** What Consul's agent knows. Thread-safe; every method waits for the agent. */
final class Catalog implements AutoCloseable {
  private static final String STANDARD_ADDRESS = "127.0.0.1:8500";
  private static final Duration STANDARD_WAIT = Duration.ofSeconds(55);
  private static final Duration MARGIN = Duration.ofSeconds(10);

  /** Names that can stand in a URL as they are; Consul lets others be registered, too. */
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._~ -]{1,256}");

  private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]+");

  private final ConsistencyMode consistency;
  private final Optional<String> datacenter;
  private final Duration wait;
  private final HttpClientTransport transport;
  private final CatalogConsulClient catalog;
  private final HealthConsulClient health;

  /**
   * @throws IOException if the files of TLS cannot be used
   */
  Catalog(ConsulCatalogOptions options, Map<String, String> environment) throws IOException {
    ConsulCatalogOptions.Endpoint endpoint = options.endpoint();
    this.consistency =
        options.stale()
            ? ConsistencyMode.STALE
            : options.requireConsistent() ? ConsistencyMode.CONSISTENT : ConsistencyMode.DEFAULT;
    this.datacenter = endpoint.datacenter();
    this.wait = endpoint.endpointWaitTime().isZero() ? STANDARD_WAIT : endpoint.endpointWaitTime();
    URI base = base(endpoint, environment);
    Optional<SSLContext> tls = tls(endpoint);
    // Consul adds up to a sixteenth to the time of a blocking query.
    this.transport =
        new HttpClientTransport(
            tls,
            wait.plus(wait.dividedBy(16)).plus(MARGIN),
            token(endpoint, environment),
            endpoint.httpAuth());
    var requests = new Requests(transport, base, options.cache());
    this.catalog = new CatalogConsulClient(requests);
    this.health = new HealthConsulClient(requests);
  }

  /**
   * Makes everything that options stand for, but opens no connection.
   *
   * @throws IOException if the agent cannot be asked with these options; the message names the one
   *     and holds no secret
   */
  static void check(ConsulCatalogOptions.Endpoint endpoint, Map<String, String> environment)
      throws IOException {
    base(endpoint, environment);
    tls(endpoint);
    token(endpoint, environment);
  }

  private static Optional<SSLContext> tls(ConsulCatalogOptions.Endpoint endpoint)
      throws IOException {
    return endpoint.tls().isPresent()
        ? Optional.of(TlsContext.of(endpoint.tls().get()))
        : Optional.empty();
  }

  private static Optional<String> token(
      ConsulCatalogOptions.Endpoint endpoint, Map<String, String> environment) throws IOException {
    Optional<String> token =
        endpoint
            .token()
            .map(Secret::value)
            .or(() -> Optional.ofNullable(environment.get("CONSUL_HTTP_TOKEN")))
            .filter(given -> !given.isBlank());
    if (token.isPresent() && !HEADER_VALUE.matcher(token.get()).matches()) {
      throw new IOException("endpoint.token holds characters that a header cannot have");
    }
    return token;
  }

  private static URI base(ConsulCatalogOptions.Endpoint endpoint, Map<String, String> environment)
      throws IOException {
    String scheme = endpoint.scheme().orElse(endpoint.tls().isPresent() ? "https" : "http");
    if (endpoint.address().filter(given -> !given.isBlank()).isPresent()) {
      return AgentAddress.parse(endpoint.address().get(), scheme);
    }
    String fromEnvironment = environment.getOrDefault("CONSUL_HTTP_ADDR", "");
    try {
      return AgentAddress.parse(
          fromEnvironment.isBlank() ? STANDARD_ADDRESS : fromEnvironment, scheme);
    } catch (IllegalArgumentException e) {
      throw new IOException("CONSUL_HTTP_ADDR: " + e.getMessage(), e);
    }
  }

  /** Everything but the transport is consul-api's. */
  private static final class Requests extends ConsulRawClient {
    private static final UrlParameters CACHED = () -> List.of("cached");

    private final HttpClientTransport transport;
    private final URI base;
    private final boolean cached;

    Requests(HttpClientTransport transport, URI base, boolean cached) {
      super((HttpClient) null, base.getHost(), base.getPort(), "");
      this.transport = transport;
      this.base = base;
      this.cached = cached;
    }

    @Override
    public HttpResponse makeGetRequest(Request request) {
      return makeGetRequest(request.getEndpoint(), request.getUrlParameters());
    }

    @Override
    public HttpResponse makeGetRequest(String endpoint, List<UrlParameters> parameters) {
      var all = new ArrayList<>(parameters);
      if (cached) {
        all.add(CACHED);
      }
      var query = new ArrayList<String>();
      for (UrlParameters some : all) {
        if (some != null) {
          query.addAll(some.toUrlParameters());
        }
      }
      String url =
          base
              + endpoint.replace(" ", "%20")
              + (query.isEmpty() ? "" : '?' + String.join("&", query));
      return transport.makeGetRequest(HttpRequest.Builder.newBuilder().setUrl(url).build());
    }
  }

  /** An answer, and the state of Consul that it is of; 0 if Consul did not say. */
  record Answer<T>(T value, long index) {}

  /** Tags of all instances by the name of the service. */
  Answer<Map<String, List<String>>> services() throws IOException, InterruptedException {
    return services(QueryParams.Builder.builder().setConsistencyMode(consistency));
  }

  /** The same, as soon as Consul's state is another than this, or after a while. */
  long awaitServices(long index) throws IOException, InterruptedException {
    return services(blocking(index)).index();
  }

  private Answer<Map<String, List<String>>> services(QueryParams.Builder query)
      throws IOException, InterruptedException {
    CatalogServicesRequest request =
        CatalogServicesRequest.newBuilder().setQueryParams(inDatacenter(query)).build();
    return ask(() -> catalog.getCatalogServices(request));
  }

  /** Returns as soon as the state of any check is another than this, or after a while. */
  long awaitChecks(long index) throws IOException, InterruptedException {
    QueryParams query = inDatacenter(blocking(index));
    return ask(() -> health.getHealthChecksState(query)).index();
  }

  /** Returns as soon as a node was registered, changed or removed, or after a while. */
  long awaitNodes(long index) throws IOException, InterruptedException {
    CatalogNodesRequest request =
        CatalogNodesRequest.newBuilder().setQueryParams(inDatacenter(blocking(index))).build();
    return ask(() -> catalog.getCatalogNodes(request)).index();
  }

  private QueryParams.Builder blocking(long index) {
    QueryParams.Builder query = QueryParams.Builder.builder().setConsistencyMode(consistency);
    return index > 0 ? query.setIndex(index).setWaitTime(Math.max(1, wait.toSeconds())) : query;
  }

  private QueryParams inDatacenter(QueryParams.Builder query) {
    datacenter.ifPresent(query::setDatacenter);
    return query.build();
  }

  /** Whether {@link #instances} can be asked about a service of this name. */
  static boolean canAskAbout(String service) {
    return PLAIN_NAME.matcher(service).matches() && !service.matches("\\.{1,2}");
  }

  /** All instances of a service, whatever their health. */
  List<Instance> instances(String service) throws IOException, InterruptedException {
    HealthServicesRequest request =
        HealthServicesRequest.newBuilder()
            .setPassing(false)
            .setQueryParams(
                inDatacenter(QueryParams.Builder.builder().setConsistencyMode(consistency)))
            .build();
    var instances = new ArrayList<Instance>();
    for (HealthService found : ask(() -> health.getHealthServices(service, request)).value()) {
      if (found.getService() != null && found.getNode() != null) {
        instances.add(instance(found.getNode(), found.getService(), found.getChecks()));
      }
    }
    return instances;
  }

  private static Instance instance(
      HealthService.Node node, HealthService.Service service, @Nullable List<Check> checks) {
    String own = service.getAddress();
    Integer port = service.getPort();
    List<String> tags = service.getTags();
    return new Instance(
        String.valueOf(service.getId()),
        String.valueOf(service.getService()),
        String.valueOf(own == null || own.isEmpty() ? node.getAddress() : own),
        port == null ? 0 : port,
        tags == null ? List.of() : tags,
        worst(checks));
  }

  /** As Consul's own clients sum checks up. */
  private static String worst(@Nullable List<Check> checks) {
    String worst = "passing";
    for (Check check : checks == null ? List.<Check>of() : checks) {
      String id = String.valueOf(check.getCheckId());
      if (id.equals("_node_maintenance") || id.startsWith("_service_maintenance")) {
        return "maintenance";
      }
      Check.CheckStatus status = check.getStatus();
      if (status == Check.CheckStatus.CRITICAL || status == null) {
        worst = "critical";
      } else if (status == Check.CheckStatus.WARNING && !worst.equals("critical")) {
        worst = "warning";
      }
    }
    return worst;
  }

  private static <T> Answer<T> ask(Callable<Response<T>> request)
      throws IOException, InterruptedException {
    try {
      Response<T> response = request.call();
      Long index = response.getConsulIndex();
      if (response.getValue() == null) {
        throw new IOException("Consul's answer is empty");
      }
      return new Answer<>(response.getValue(), index == null ? 0 : index);
    } catch (OperationException e) {
      String content = String.valueOf(e.getStatusContent()).strip();
      throw new IOException(
          "Consul answered "
              + e.getStatusCode()
              + ": "
              + content.substring(0, Math.min(content.length(), 200)),
          e);
    } catch (ConsulException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("Consul does not answer: " + cause, e);
    } catch (JsonParseException e) {
      throw new IOException("Consul's answer cannot be read", e);
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
