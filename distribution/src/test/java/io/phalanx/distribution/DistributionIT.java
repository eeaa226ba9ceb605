package io.phalanx.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked into another folder than the one that it was made in. */
class DistributionIT {
  private static final Path PROJECT = Path.of(System.getProperty("distribution.project"));
  private static final String VERSION = System.getProperty("distribution.version");
  private static final Instant TIME = Instant.parse(System.getProperty("distribution.time"));
  private static final Path ARCHIVE =
      PROJECT.resolve("target/phalanx-" + VERSION + "-linux-x64.tar.gz");
  private static final Path DEBIAN = PROJECT.resolve("target/phalanx_" + VERSION + "_amd64.deb");
  private static final long LARGEST = 90_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** What glibc brings, and what the runtime has itself. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "(libc|libm|libdl|libpthread|librt|ld-linux-x86-64|libjvm|libjli|libjava|libnet|libnio|libjimage|libzip|libverify|libmanagement)\\.so(\\.[0-9]+)?");

  @TempDir private static Path work;

  private static Path home;

  @BeforeAll
  static void unpack() throws Exception {
    run(Map.of("PATH", "/usr/bin:/bin"), "tar", "-xzf", ARCHIVE.toString(), "-C", work.toString());
    home = work.resolve("phalanx-" + VERSION);
  }

  @Test
  void hasWhatIsPromisedInOneFolderAndIsSmall() throws Exception {
    Map<String, TarArchiveEntry> entries = entries();
    String root = "phalanx-" + VERSION + '/';

    assertThat(Files.size(ARCHIVE)).isLessThanOrEqualTo(LARGEST);
    assertThat(entries.keySet())
        .allMatch(name -> name.startsWith(root))
        .contains(
            Stream.of(
                    "VERSION",
                    "bin/phalanx",
                    "lib/command.aot",
                    "lib/command.options",
                    "lib/node.aot",
                    "lib/node.options",
                    "lib/phalanx.jar",
                    "lib/phalanx-node.jar",
                    "phalanx.cdx.json",
                    "runtime/bin/java",
                    "share/bash-completion/completions/phalanx",
                    "share/examples/fleet-member.yml",
                    "share/examples/node.yml",
                    "share/examples/routes/shop.yml",
                    "share/fish/vendor_completions.d/phalanx.fish",
                    "share/licenses/LIBRARIES",
                    "share/licenses/runtime/java.base/LICENSE",
                    "share/man/man1/phalanx.1",
                    "share/systemd/phalanx.service",
                    "share/zsh/site-functions/_phalanx")
                .map(root::concat)
                .toArray(String[]::new));
    assertThat(entries.values())
        .allMatch(entry -> entry.getLongUserId() == 0 && entry.getLongGroupId() == 0)
        .allMatch(entry -> entry.getLastModifiedTime().toInstant().equals(TIME));
  }

  /** Also by a link, as a package or an operator makes one. */
  @Test
  void tellsItsVersionWithoutAnEnvironment() throws Exception {
    Path link = Files.createSymbolicLink(work.resolve("first"), home.resolve("bin/phalanx"));
    Path second = Files.createSymbolicLink(work.resolve("second"), Path.of("first"));
    String java = "25";

    assertThat(phalanx("version")).startsWith("Phalanx " + VERSION + " (Java " + java);
    assertThat(run(Map.of("PATH", "/usr/bin:/bin"), second.toString(), "version"))
        .isEqualTo(phalanx("version"));
    assertThat(phalanx("version", "--json")).contains('"' + VERSION + '"');
    assertThat(link).isSymbolicLink();
  }

  @Test
  void loadsItsClassesFromTheCaches() throws Exception {
    assertThat(sourceOf("io.phalanx.node.Main", "version")).isEqualTo("shared objects file");
    assertThat(sourceOf("io.phalanx.node.Run", "run", "--noSuchOption=1"))
        .isEqualTo("shared objects file");
  }

  private static String sourceOf(String type, String... arguments) throws Exception {
    Path log = Files.createTempFile(work, "classes", ".log");
    var environment = Map.of("PHALANX_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    start(environment, command(arguments)).waitFor();
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> line.contains(' ' + type + " source: "))
          .map(line -> line.replaceAll(".* source: ", ""))
          .findFirst()
          .orElse("not loaded");
    }
  }

  @Test
  void acceptsItsExamples() throws Exception {
    Path examples = home.resolve("share/examples");
    Path key = work.resolve("fleet.key");
    phalanx("fleet", "key", "--out", key.toString());
    Path member = work.resolve("fleet-member.yml");
    Files.writeString(
        member,
        Files.readString(examples.resolve("fleet-member.yml"))
            .replace("/etc/phalanx/fleet.key", key.toString()));

    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    String routes = examples.resolve("routes").toString();
    assertThat(phalanx("check", examples.resolve("node.yml").toString(), routes))
        .isEqualTo("No mistakes.\n");
    assertThat(phalanx("check", member.toString(), routes)).isEqualTo("No mistakes.\n");
  }

  @Test
  void servesAndAnswersItsCommands() throws Exception {
    HttpServer origin = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    origin.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 6);
          exchange.getResponseBody().write("origin".getBytes(StandardCharsets.US_ASCII));
          exchange.close();
        });
    origin.start();
    Path routes = work.resolve("routes.yml");
    Files.writeString(
        routes,
        """
        http:
          routers:
            plain: {rule: "PathPrefix(`/`)", entryPoints: [web], service: app}
            secure: {rule: "PathPrefix(`/`)", entryPoints: [secure], service: app, tls: {}}
          services: {app: {loadBalancer: {servers: [{url: "http://127.0.0.1:%d"}]}}}
        """
            .formatted(origin.getAddress().getPort()));
    List<Integer> ports = freePorts(3);
    Path key = work.resolve("run.key");
    phalanx("fleet", "key", "--out", key.toString());
    String data = "--dataDir=" + work.resolve("data");
    Process node =
        start(
            Map.of(),
            command(
                "--entryPoints.web.address=127.0.0.1:" + ports.get(0),
                "--entryPoints.secure.address=127.0.0.1:" + ports.get(1),
                "--providers.file.filename=" + routes,
                "--fleet.bootstrap=true",
                "--fleet.bind=127.0.0.1:" + ports.get(2),
                "--fleet.keyFile=" + key,
                data));
    try {
      assertThat(curl(node, "http://127.0.0.1:" + ports.get(0) + '/')).isEqualTo("origin");
      assertThat(curl(node, "https://127.0.0.1:" + ports.get(1) + '/')).isEqualTo("origin");
      assertThat(phalanx("fleet", "status", data)).contains("1");
      assertThat(phalanx("cert", "list", data)).isNotNull();
      assertThat(phalanx("config", "show", data)).contains("routes.yml");
    } finally {
      node.destroy();
      origin.stop(0);
    }
    assertThat(node.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isIn(0, 143);
  }

  /** The test suite's curl; it waits for the node by itself. */
  private static String curl(Process node, String url) throws Exception {
    String answer =
        run(
            Map.of("PATH", "/usr/bin:/bin"),
            "curl",
            "-ks",
            "--noproxy",
            "*",
            "--retry-connrefused",
            "--retry-all-errors",
            "-f",
            "--retry",
            Long.toString(LIMIT.toSeconds()),
            "--retry-delay",
            "1",
            url);
    assertThat(node.isAlive()).isTrue();
    return answer.strip();
  }

  @Test
  void needsNoLibraryButThoseOfGlibc() throws Exception {
    try (Stream<Path> files = Files.walk(home.resolve("runtime"))) {
      List<Path> binaries = files.filter(DistributionIT::isElf).toList();
      assertThat(binaries).hasSizeGreaterThan(10);
      for (Path binary : binaries) {
        assertThat(Elf.needed(binary)).as("%s", binary).allMatch(NEEDED.asMatchPredicate());
      }
    }
  }

  private static boolean isElf(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Files.isRegularFile(file) && Arrays.equals(in.readNBytes(4), Elf.MAGIC);
    } catch (IOException e) {
      return false;
    }
  }

  /** All but the caches: docs/decisions/0022 tells why not those. */
  @Test
  void isTheSameWhenItIsMadeAgain() throws Exception {
    Path again = work.resolve("again/phalanx-" + VERSION);
    Packaging.fill(PROJECT, again, VERSION, TIME);
    Path archive = work.resolve("again.tar.gz");
    Archive.write(work.resolve("again"), archive, TIME);

    Map<String, String> expected = digests(ARCHIVE);
    expected.keySet().removeIf(name -> name.endsWith(".aot"));
    assertThat(digests(archive)).isEqualTo(expected);
  }

  @Test
  void theDebianPackageHasTheSameFilesAndAUnit() throws Exception {
    var parts = new HashMap<String, byte[]>();
    try (var ar = new ArArchiveInputStream(Files.newInputStream(DEBIAN))) {
      for (var entry = ar.getNextEntry(); entry != null; entry = ar.getNextEntry()) {
        parts.put(entry.getName(), ar.readAllBytes());
      }
    }
    assertThat(parts).containsOnlyKeys("debian-binary", "control.tar.gz", "data.tar.gz");
    Path data = Files.write(work.resolve("data.tar.gz"), parts.get("data.tar.gz"));

    Map<String, String> files = digests(data);
    assertThat(files)
        .containsEntry("usr/bin/phalanx", "-> ../lib/phalanx/bin/phalanx")
        .containsKey("usr/lib/systemd/system/phalanx.service");
    String root = "phalanx-" + VERSION + '/';
    digests(ARCHIVE)
        .forEach(
            (name, digest) ->
                assertThat(files)
                    .containsEntry("usr/lib/phalanx/" + name.substring(root.length()), digest));
    Path control = Files.write(work.resolve("control.tar.gz"), parts.get("control.tar.gz"));
    assertThat(digests(control)).containsOnlyKeys("control", "postinst", "prerm", "postrm");
  }

  private static Map<String, TarArchiveEntry> entries() throws IOException {
    var entries = new TreeMap<String, TarArchiveEntry>();
    try (var tar = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(ARCHIVE)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        entries.put(entry.getName(), entry);
      }
    }
    return entries;
  }

  /** Mode and content of each file and link, without folders. */
  private static Map<String, String> digests(Path archive) throws Exception {
    var digests = new TreeMap<String, String>();
    try (var tar = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isSymbolicLink()) {
          digests.put(entry.getName(), "-> " + entry.getLinkName());
        } else if (!entry.isDirectory()) {
          var digest = java.security.MessageDigest.getInstance("SHA-256");
          byte[] sum = digest.digest(tar.readAllBytes());
          digests.put(
              entry.getName(),
              Integer.toOctalString(entry.getMode()) + ' ' + HexFormat.of().formatHex(sum));
        }
      }
    }
    return digests;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new java.util.ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static String[] command(String... arguments) {
    return Stream.concat(Stream.of(home.resolve("bin/phalanx").toString()), Stream.of(arguments))
        .toArray(String[]::new);
  }

  private static String phalanx(String... arguments) throws Exception {
    return run(Map.of(), command(arguments));
  }

  private static String run(Map<String, String> environment, String... command) throws Exception {
    Path output = Files.createTempFile(work, "output", ".txt");
    Process process = start(environment, output, command);
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private static Process start(Map<String, String> environment, String... command)
      throws IOException {
    return start(environment, Files.createTempFile(work, "output", ".txt"), command);
  }

  /** With nothing in its environment but what is given. */
  private static Process start(Map<String, String> environment, Path output, String... command)
      throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.directory(work.toFile()).redirectOutput(output.toFile()).start();
  }
}
