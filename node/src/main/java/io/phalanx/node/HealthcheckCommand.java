package io.phalanx.node;

import io.phalanx.node.settings.Address;
import io.phalanx.node.settings.EntryPointSettings;
import io.phalanx.node.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phalanx healthcheck}: reads the same settings as {@code run} and asks the node's ping. */
@Command(
    name = "healthcheck",
    description = "Asks /ping of the node with these settings; exits with 0 if it answers 200.")
final class HealthcheckCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Spec private @Nullable CommandSpec spec;

  @Parameters(hidden = true)
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter errors = Objects.requireNonNull(spec).commandLine().getErr();
    try {
      Settings settings =
          new NodeStarter(System.getenv(), Path.of("").toAbsolutePath())
              .settings(arguments)
              .settings();
      Optional<EntryPointSettings> entryPoint =
          settings
              .ping()
              .flatMap(ping -> Optional.ofNullable(settings.entryPoints().get(ping.entryPoint())));
      if (entryPoint.isEmpty()) {
        errors.println("ping is not turned on: add `ping: {}` to the configuration");
        return Run.EXIT_FAILURE;
      }
      return ask(entryPoint.get().address(), errors);
    } catch (NodeStarter.RefusedException e) {
      e.problems().forEach(errors::println);
      return Run.EXIT_CONFIGURATION;
    }
  }

  private int ask(Address address, PrintWriter errors) throws InterruptedException {
    Address reachable =
        address.host().isEmpty() || address.host().equals("0.0.0.0")
            ? new Address("127.0.0.1", address.port())
            : address;
    URI uri = URI.create("http://" + reachable + "/ping");
    var request = HttpRequest.newBuilder(uri).HEAD().timeout(LIMIT).build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      out.println(status == 200 ? "OK: " + uri : "Bad: " + uri + " answered " + status);
      return status == 200 ? 0 : Run.EXIT_FAILURE;
    } catch (IOException e) {
      errors.println("No answer from " + uri + ": " + reason(e));
      return Run.EXIT_FAILURE;
    }
  }

  /** The client's exceptions often have no message; their class names say what happened. */
  private static String reason(IOException failure) {
    return switch (failure) {
      case HttpTimeoutException _ -> "nothing came within " + LIMIT.toSeconds() + " s";
      case ConnectException _ -> "nothing listens there";
      default ->
          failure.getMessage() == null
              ? failure.getClass().getSimpleName()
              : String.valueOf(failure.getMessage());
    };
  }
}
