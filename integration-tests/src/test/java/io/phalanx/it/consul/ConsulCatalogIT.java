package io.phalanx.it.consul;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose routes are in a real Consul. */
class ConsulCatalogIT {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String TOKEN = "3f8e1c52-5d0b-4a44-9a1e-6d3c0f6a7b11";

  @TempDir private Path directory;

  private final Client client = new Client();
  private final List<AutoCloseable> running = new ArrayList<>();
  private Origin one;
  private Origin two;
  private int port;

  @BeforeEach
  void startOrigins() throws IOException {
    one = Origin.start("one");
    two = Origin.start("two");
    running.add(one);
    running.add(two);
    port = Ports.free(1).getFirst();
  }

  @AfterEach
  void endAll() throws Exception {
    for (AutoCloseable each : running.reversed()) {
      each.close();
    }
    client.close();
  }

  private ConsulAgent agent(String config, Optional<String> token) throws Exception {
    ConsulAgent agent = ConsulAgent.start(directory.resolve("consul"), config, token);
    running.add(agent);
    return agent;
  }

  private ConsulAgent agent() throws Exception {
    return agent("{}", Optional.empty());
  }

  private NodeProcess node(String... options) throws IOException {
    var arguments = new ArrayList<String>();
    arguments.add("--entryPoints.web.address=127.0.0.1:" + port);
    arguments.add("--providers.providersThrottleDuration=0s");
    for (String option : options) {
      arguments.add("--providers.consulCatalog." + option);
    }
    NodeProcess node = NodeProcess.start(directory.resolve("node"), arguments);
    running.add(node);
    return node;
  }

  private static String instance(String service, String id, Origin origin, String... tags) {
    return registration(service, id, origin, "", tags);
  }

  private static String registration(
      String service, String id, Origin origin, String more, String... tags) {
    String list =
        String.join(
            ",", List.of(tags).stream().map(tag -> '"' + tag.replace("\"", "\\\"") + '"').toList());
    return """
    {"Name": "%s", "ID": "%s", "Address": "127.0.0.1", "Port": %d, "Tags": [%s]%s}
    """
        .formatted(service, id, URI.create(origin.url()).getPort(), list, more);
  }

  private Set<String> answers(String path) throws Exception {
    var answers = new HashSet<String>();
    for (int i = 0; i < 10; i++) {
      answers.add(client.get(port, path).body());
    }
    return answers;
  }

  private void awaitStatus(String path, int status, Duration limit) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (client.get(port, path).statusCode() != status) {
      if (System.nanoTime() > end) {
        throw new AssertionError(path + " was not answered " + status + " within " + limit);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static void awaitLog(NodeProcess node, String text) throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!node.log().contains(text)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the log does not have \"" + text + "\":\n" + node.log());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void followsInstancesAsTheyComeAndGo() throws Exception {
    ConsulAgent agent = agent();
    String rule = "traefik.http.routers.app.rule=PathPrefix(`/app`)";
    agent.register(instance("app", "app-1", one, rule));
    node("watch=true", "endpoint.address=" + agent.address());
    client.await(port, "/app", "one", START_LIMIT);

    agent.register(instance("app", "app-2", two, rule));
    client.await(port, "/app", "two", SECOND);
    assertThat(answers("/app")).containsExactlyInAnyOrder("one", "two");

    agent.deregister("app-1");
    long gone = System.nanoTime() + SECOND.toNanos();
    while (answers("/app").contains("one")) {
      assertThat(System.nanoTime()).isLessThan(gone);
    }
    agent.deregister("app-2");
    awaitStatus("/app", 404, SECOND);
  }

  @Test
  void followsTheAddressOfANode() throws Exception {
    ConsulAgent agent = agent();
    String service =
        """
        , "Service": {"Service": "app", "ID": "app-1", "Port": %d,
                      "Tags": ["traefik.http.routers.app.rule=PathPrefix(`/app`)"]}\
        """
            .formatted(URI.create(one.url()).getPort());
    String onNode = "{\"Node\": \"elsewhere\", \"Address\": \"%s\"%s}";
    agent.registerNode(onNode.formatted("127.0.0.3", service));
    NodeProcess node = node("watch=true", "endpoint.address=" + agent.address());
    awaitLog(node, "entry point web listens");
    awaitStatus("/app", 502, START_LIMIT);

    agent.registerNode(onNode.formatted("127.0.0.1", ""));
    client.await(port, "/app", "one", SECOND);
  }

  @Test
  void followsTheHealthOfInstances() throws Exception {
    ConsulAgent agent = agent();
    String check =
        ", \"Check\": {\"CheckID\": \"alive\", \"TTL\": \"1h\", \"Status\": \"passing\"}";
    agent.register(
        registration("app", "app", one, check, "traefik.http.routers.app.rule=Path(`/app`)"));
    node("watch=true", "endpoint.address=" + agent.address());
    client.await(port, "/app", "one", START_LIMIT);

    agent.check("fail", "alive");
    awaitStatus("/app", 404, SECOND);
    agent.check("warn", "alive");
    client.await(port, "/app", "one", SECOND);
  }

  @Test
  void routesStayWhileConsulIsAwayAndFollowAgainLater() throws Exception {
    ConsulAgent agent = agent();
    agent.register(instance("app", "app", one, "traefik.http.routers.app.rule=Path(`/app`)"));
    NodeProcess node = node("watch=true", "endpoint.address=" + agent.address());
    client.await(port, "/app", "one", START_LIMIT);

    agent.kill();
    awaitLog(node, "provider consulcatalog failed");
    assertThat(answers("/app")).containsExactly("one");

    agent.restart();
    agent.register(instance("app", "app", two, "traefik.http.routers.app.rule=Path(`/app`)"));
    client.await(port, "/app", "two", START_LIMIT);
  }

  @Test
  void withoutWatchTheCatalogIsLookedAtAgainAndAgain() throws Exception {
    ConsulAgent agent = agent();
    node("refreshInterval=200ms", "endpoint.address=" + agent.address());
    awaitStatusOnceListening();

    agent.register(instance("app", "app", one, "traefik.http.routers.app.rule=Path(`/app`)"));
    client.await(port, "/app", "one", Duration.ofSeconds(2));
  }

  private void awaitStatusOnceListening() throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        assertThat(client.get(port, "/").statusCode()).isEqualTo(404);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new AssertionError("the node does not listen", e);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  @Test
  void defaultRuleConstraintsAndExposureDecideWhatIsServed() throws Exception {
    ConsulAgent agent = agent();
    agent.register(instance("kept", "kept", one, "traefik.enable=true", "zone-a"));
    agent.register(instance("elsewhere", "elsewhere", one, "traefik.enable=true", "zone-b"));
    agent.register(instance("hidden", "hidden", one, "zone-a"));
    node(
        "endpoint.address=" + agent.address(),
        "exposedByDefault=false",
        "constraints=Tag(`zone-a`) && !TagRegex(`^zone-[c-z]$`)",
        "defaultRule=PathPrefix(`/{{ .Name }}`)");

    client.await(port, "/kept", "one", START_LIMIT);
    assertThat(client.get(port, "/elsewhere").statusCode()).isEqualTo(404);
    assertThat(client.get(port, "/hidden").statusCode()).isEqualTo(404);
  }

  @Test
  void mistakesInTagsAreNamedAndTakeNobodyElseDown() throws Exception {
    ConsulAgent agent = agent();
    agent.register(instance("good", "good-1", one, "traefik.http.routers.good.rule=Path(`/good`)"));
    agent.register(
        instance(
            "bad",
            "bad-1",
            two,
            "traefik.http.routers.bad.rule=Path(`/bad`)",
            "traefik.http.routers.bad.priority=high"));
    agent.register(instance("torn", "torn-1", one, "traefik.http.routers.torn.rule=Path(`/a`)"));
    agent.register(instance("torn", "torn-2", two, "traefik.http.routers.torn.rule=Path(`/b`)"));
    NodeProcess node = node("endpoint.address=" + agent.address());

    client.await(port, "/good", "one", START_LIMIT);
    assertThat(client.get(port, "/bad").statusCode()).isEqualTo(404);
    assertThat(client.get(port, "/a").statusCode()).isEqualTo(404);
    assertThat(node.log())
        .contains("service bad, instance bad-1")
        .contains("http.routers.torn: is left out: these define it differently")
        .contains("service torn, instance torn-1; service torn, instance torn-2");
  }

  @Test
  void theTokenOpensACatalogThatIsClosedByDefault() throws Exception {
    ConsulAgent agent =
        agent(
            """
            {"acl": {"enabled": true, "default_policy": "deny", "tokens": {"master": "%s"}}}
            """
                .formatted(TOKEN)
                .strip(),
            Optional.of(TOKEN));
    agent.register(instance("app", "app", one, "traefik.http.routers.app.rule=Path(`/app`)"));
    NodeProcess node =
        node("watch=true", "endpoint.address=" + agent.address(), "endpoint.token=" + TOKEN);

    client.await(port, "/app", "one", START_LIMIT);
    assertThat(node.log()).doesNotContain(TOKEN);
  }

  @Test
  void tlsIsCheckedAgainstTheGivenAuthority() throws Exception {
    Path keys = keyPair();
    ConsulAgent agent =
        agent(
            """
            {"ports": {"https": %%d}, "cert_file": "%s", "key_file": "%s", "verify_incoming": false}
            """
                .formatted(keys.resolve("cert.pem"), keys.resolve("key.pem"))
                .strip(),
            Optional.empty());
    agent.register(instance("app", "app", one, "traefik.http.routers.app.rule=Path(`/app`)"));
    NodeProcess distrusting =
        node("endpoint.address=" + agent.tlsAddress(), "endpoint.scheme=https");
    awaitLog(distrusting, "provider consulcatalog failed");
    assertThat(distrusting.log()).contains("PKIX path building failed");
    distrusting.stop();

    node(
        "endpoint.address=" + agent.tlsAddress(),
        "endpoint.scheme=https",
        "endpoint.tls.ca=" + keys.resolve("cert.pem"));
    client.await(port, "/app", "one", START_LIMIT);
  }

  private Path keyPair() throws Exception {
    Path store = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "consul",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=consul",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "secret")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store)) {
      keys.load(in, "secret".toCharArray());
    }
    pem("cert.pem", "CERTIFICATE", keys.getCertificate("consul").getEncoded());
    pem("key.pem", "PRIVATE KEY", keys.getKey("consul", "secret".toCharArray()).getEncoded());
    return directory;
  }

  private void pem(String file, String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }
}
