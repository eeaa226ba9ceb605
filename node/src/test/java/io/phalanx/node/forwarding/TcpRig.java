package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSessions;
import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.node.activation.Compiled;
import io.phalanx.node.activation.Compiler;
import io.phalanx.node.activation.EntryPointModel;
import io.phalanx.node.activation.ServiceParts;
import io.phalanx.node.activation.TcpParts;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.EntryPointOptions;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.health.ForwardedProbes;
import io.phalanx.node.health.HealthChecks;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.pipeline.Pipeline;
import io.phalanx.node.proxyprotocol.ProxyVersion;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TlsEngines;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.dynamic.TcpServersTransport;
import io.phalanx.providers.dynamic.Tls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A real entry point with TCP routers, as a configuration has them, and clients for it. */
final class TcpRig implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  final HttpForwarder forwarder;
  final Workers workers;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final HealthChecks health;
  private final LocalSlots slots = new LocalSlots();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Optional<Pipeline> pipeline = Optional.empty();
  private TlsOptions toServers = TlsOptions.STANDARD;
  private List<Tls.Certificate> certificates = List.of();

  TcpRig() throws IOException {
    this(new HttpForwarder());
  }

  TcpRig(HttpForwarder forwarder) throws IOException {
    this.forwarder = forwarder;
    this.workers = Workers.start(1);
    this.health =
        new HealthChecks(
            new ForwardedProbes(forwarder, forwarder.tcp(), workers.ioThreads()),
            scheduler,
            System::nanoTime,
            () -> 0.5);
  }

  /** What servers with TLS have to show. */
  TcpRig toServers(TlsOptions options) {
    toServers = options;
    return this;
  }

  TcpRig certificates(Tls.Certificate... shown) {
    certificates = List.of(shown);
    return this;
  }

  EntryPoint serve(String config) throws IOException {
    return serve(config, Fronts.options());
  }

  /** Opens an entry point, web, that serves this. */
  EntryPoint serve(String config, EntryPointOptions options) throws IOException {
    Compiled compiled = compile(config);
    assertThat(compiled.problems()).isEmpty();
    var made = new Pipeline(true, true, Objects.requireNonNull(compiled.routing().get("web")));
    pipeline = Optional.of(made);
    EntryPoint entryPoint = EntryPoint.open(workers, options, made, List.of(), made);
    open.add(entryPoint);
    return entryPoint;
  }

  /** Has the entry point that was opened last serve this from now on. */
  void change(String config) throws IOException {
    Compiled compiled = compile(config);
    assertThat(compiled.problems()).isEmpty();
    pipeline.orElseThrow().activate(Objects.requireNonNull(compiled.routing().get("web")));
  }

  Compiled compile(String config) throws IOException {
    DynamicConfigReader.Result read = DynamicConfigReader.read("f.yml", config);
    assertThat(read.decoded().problems()).isEmpty();
    DynamicConfig decoded = read.decoded().value().orElseThrow();
    Tls tls = decoded.tls();
    Compiled compiled =
        compiler()
            .compile(
                new TreeMap<>(
                    Map.of(
                        "file", decoded.with(new Tls(certificates, tls.options(), tls.stores())))));
    forwarder.retain(compiled.targets());
    health.serve(compiled.healths());
    return compiled;
  }

  private Compiler compiler() {
    var web =
        new EntryPointModel(
            "web", true, List.of(), List.of(), Optional.empty(), true, true, List.of());
    var counts = Passage.counts(new LocalBudgets(System::nanoTime));
    var memory = new MemoryBound(1 << 20, () -> {});
    return new Compiler(
        List.of(web),
        List.of(),
        new MiddlewareCompiler(
            List.of(),
            (router, name) ->
                new MiddlewareContext(
                    router, name, counts, counts, () -> true, memory, scheduler, Passage.PARTS)),
        Map.of(),
        new ServiceParts(
            forwarder,
            _ -> forwarder.transport(TransportOptions.standard()),
            forwarder.transport(TransportOptions.standard()),
            new Copies(0, _ -> {}),
            memory,
            purpose -> Signing.of(List.of(FleetKey.generate()), purpose),
            new SessionMemory(new LocalSessions(System::nanoTime)),
            health,
            new TcpParts(
                forwarder.tcp(),
                options -> forwarder.tcp().transport(options(options)),
                TcpServersTransport.STANDARD,
                slots,
                slots,
                () -> true),
            0),
        CertificateSources.of(
            () -> TestCertificates.FALLBACK, TlsEngines.fastest(TlsEngines.JSSE)));
  }

  private TcpOptions options(TcpServersTransport given) {
    var timeouts =
        new TransportOptions.Timeouts(
            given.dialTimeout(),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO);
    return new TcpOptions(
        new TransportOptions(
            timeouts,
            0,
            false,
            toServers,
            given.proxyProtocol().flatMap(wanted -> ProxyVersion.of(wanted.version()))),
        given.dialKeepAlive(),
        given.terminationDelay());
  }

  /** One plain router that takes everything, with these options of its service. */
  static String everything(String options, ScriptedServer... servers) {
    return """
    tcp:
      routers: {all: {rule: HostSNI(`*`), service: s}}
      services: {s: {loadBalancer: {%s servers: [%s]}}}
    """
        .formatted(options.isEmpty() ? "" : options + ',', addresses(servers));
  }

  static String addresses(ScriptedServer... servers) {
    return String.join(
        ", ",
        java.util.Arrays.stream(servers)
            .map(server -> "{address: '127.0.0.1:" + server.port() + "'}")
            .toList());
  }

  static Socket connect(EntryPoint entryPoint) throws IOException {
    return connect(entryPoint, "127.0.0.1");
  }

  static Socket connect(EntryPoint entryPoint, String from) throws IOException {
    var socket =
        new Socket(
            entryPoint.address().getAddress(),
            entryPoint.address().getPort(),
            InetAddress.getByName(from),
            0);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** With TLS; the handshake is made with the first byte. */
  static SSLSocket connectTls(EntryPoint entryPoint, String serverName, String... protocols)
      throws IOException {
    return over(connect(entryPoint), serverName, protocols);
  }

  static SSLSocket over(Socket plain, String serverName, String... protocols) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anyone()}, null);
      var socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(protocols);
      parameters.setServerNames(
          serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
      socket.setSSLParameters(parameters);
      return socket;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String commonName(SSLSocket socket) throws IOException {
    var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return shown.getSubjectX500Principal().getName().replaceFirst("^CN=", "");
  }

  static void send(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String read(Socket client, int count) throws IOException {
    InputStream in = client.getInputStream();
    return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
  }

  /** All that comes until the connection ends, in good order or not. */
  static String readToEnd(Socket client) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try {
      client.getInputStream().transferTo(bytes);
    } catch (SocketException _) {
      // The end, too.
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /** Sends back what it gets, with its name in front. */
  static ScriptedServer.Script echo(String name) {
    return connection -> {
      connection.send(name);
      connection.socket().getInputStream().transferTo(connection.socket().getOutputStream());
    };
  }

  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Override
  public void close() {
    for (AutoCloseable each : open.reversed()) {
      try {
        each.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    health.close();
    forwarder.close();
    scheduler.shutdownNow();
    workers.close();
  }
}
