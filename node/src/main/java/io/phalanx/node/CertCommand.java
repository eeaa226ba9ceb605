package io.phalanx.node;

import io.phalanx.node.acme.AcmeFile;
import io.phalanx.node.acme.RevocationReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phalanx cert}: the certificates of a running node's fleet. */
@Command(
    name = "cert",
    description = "Shows, renews and revokes the certificates of a running node's fleet.",
    mixinStandardHelpOptions = true)
final class CertCommand {
  private static final String NAME =
      "A host of it, its serial number, or all of its names as `list` has them, apart by commas.";

  @Spec private @Nullable CommandSpec spec;

  private PrintWriter errors() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }

  /** Without blanks, which separate the words of a command. */
  private static String word(String name) {
    return name.replace(" ", "");
  }

  /** Lists certificates. */
  @Command(
      name = "list",
      description =
          "All certificates, given and of resolvers: names, issuer, serial number, until when they"
              + " are valid, when they are renewed, and what failed, in the authority's words.",
      mixinStandardHelpOptions = true)
  int list(@Mixin RunningNode node) throws IOException, NodeStarter.RefusedException {
    return node.ask("cert", "list");
  }

  /** Shows one. */
  @Command(
      name = "show",
      description = "One certificate with its chain as PEM; never a key.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin RunningNode node, @Parameters(paramLabel = "NAME", description = NAME) String name)
      throws IOException, NodeStarter.RefusedException {
    return node.ask("cert", "show", word(name));
  }

  /** Orders one now. */
  @Command(
      name = "renew",
      description = {
        "Has a certificate be ordered now, also if it is not time yet, or the next attempt is.",
        "Any node can be asked. It is written down for the one that runs the resolver; `list` tells"
            + " what comes of it."
      },
      mixinStandardHelpOptions = true)
  int renew(
      @Mixin RunningNode node, @Parameters(paramLabel = "NAME", description = NAME) String name)
      throws IOException, NodeStarter.RefusedException {
    return node.ask("cert", "renew", word(name));
  }

  /** Revokes one. */
  @Command(
      name = "revoke",
      description = {
        "Has a certificate be revoked by its authority. The fleet uses it no more from then on, and"
            + " orders another one with another key.",
        "Any node can be asked. It is written down for the one that runs the resolver; `list` tells"
            + " what comes of it."
      },
      mixinStandardHelpOptions = true)
  int revoke(
      @Mixin RunningNode node,
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(
              names = "--reason",
              paramLabel = "REASON",
              defaultValue = "unspecified",
              description =
                  "unspecified (the default), keyCompromise, affiliationChanged, superseded or"
                      + " cessationOfOperation.")
          String reason)
      throws IOException, NodeStarter.RefusedException {
    if (RevocationReason.of(reason).isEmpty()) {
      errors()
          .println("\"" + reason + "\" is no reason; there are " + RevocationReason.words() + '.');
      return Run.EXIT_CONFIGURATION;
    }
    return node.ask("cert", "revoke", word(name), reason);
  }

  /** Takes Traefik's over. */
  @Command(
      name = "import",
      description = {
        "Takes accounts and certificates over from a file of Traefik's (acme.json, since version"
            + " 2), of resolvers that are here by the same names.",
        "What was taken is not ordered again. What is left out is told with the reason."
      },
      mixinStandardHelpOptions = true)
  int take(
      @Mixin RunningNode node,
      @Parameters(paramLabel = "FILE", description = "Traefik's acme.json.") Path file)
      throws IOException, NodeStarter.RefusedException {
    String text;
    try {
      text = CertFiles.read(file);
      AcmeFile _ = AcmeFile.read(file.toString(), text);
    } catch (IOException e) {
      errors().println(e.getMessage());
      errors().println("Nothing was imported.");
      return Run.EXIT_CONFIGURATION;
    }
    return node.ask("cert", "import", CertFiles.word(text));
  }

  /** Gives them to Traefik. */
  @Command(
      name = "export",
      description = {
        "Writes a file that Traefik reads (acme.json) with all certificates of resolvers and their"
            + " private keys, with mode 0600.",
        "An account is in it only if it came from Traefik; for others Traefik makes a new one."
      },
      mixinStandardHelpOptions = true)
  int export(
      @Mixin RunningNode node,
      @Parameters(paramLabel = "FILE", description = "A new file.") Path file,
      @Option(
              names = CertAnswers.KEYS,
              description = "Needed: says that you know that private keys are in the file.")
          boolean keys)
      throws IOException, NodeStarter.RefusedException {
    if (!keys) {
      errors()
          .println(
              "The private keys of all certificates would be in the file. Say "
                  + CertAnswers.KEYS
                  + " if that is wanted.");
      return Run.EXIT_CONFIGURATION;
    }
    CertFiles.requireNew(file);
    String text = node.answer("cert", "export", CertAnswers.KEYS);
    CertFiles.write(file, text);
    node.print(
        node.json()
            ? FleetAnswers.json("file", file.toString())
            : "certificates and private keys are in " + file);
    return 0;
  }
}
