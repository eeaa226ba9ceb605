package io.phalanx.node.acme;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.JsonReader;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.ReadLimits;
import io.phalanx.providers.tree.Secret;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What Traefik keeps of its certificate resolvers since version 2, by their names. Only its shape
 * is read: whether it is of any use is another question.
 */
public record AcmeFile(SequencedMap<String, Stored> resolvers) {
  /** Characters of one. */
  public static final int MAX_CHARACTERS = ReadLimits.MAX_CHARACTERS;

  public AcmeFile {
    resolvers = new LinkedHashMap<>(resolvers);
  }

  /** What is kept of one resolver. */
  record Stored(Optional<Account> account, List<Certificate> certificates) {
    Stored {
      certificates = List.copyOf(certificates);
    }
  }

  /**
   * @param key DER in base64
   * @param location empty if it was never registered
   */
  record Account(Secret key, Optional<String> location) {}

  /**
   * @param names the first one is the main one
   * @param chain PEM in base64
   * @param key PEM in base64
   */
  record Certificate(List<String> names, String chain, Secret key) {
    Certificate {
      names = List.copyOf(names);
    }
  }

  /**
   * @param source what the text is called in messages
   * @throws IOException if the text is something else; the message says what is wrong, and nothing
   *     of what is secret
   */
  public static AcmeFile read(String source, String text) throws IOException {
    Parsed parsed = JsonReader.read(source, text);
    Optional<Problem> problem = parsed.problems().stream().findFirst();
    if (problem.isPresent()) {
      throw new IOException(problem.get().toString());
    }
    Tree.Mapping root = parsed.tree();
    if (isOfVersion1(root)) {
      throw new IOException(
          source
              + " is of Traefik 1, which had no resolvers: have Traefik 2 or 3 take it over first");
    }
    var resolvers = new LinkedHashMap<String, Stored>();
    for (Map.Entry<String, Tree.Entry> one : root.entries().entrySet()) {
      resolvers.put(one.getKey(), new Reading(source, one.getKey()).stored(one.getValue().value()));
    }
    if (resolvers.isEmpty()) {
      throw new IOException(source + " holds no certificate resolver");
    }
    return new AcmeFile(resolvers);
  }

  /** There the account and the certificates are at the top. */
  private static boolean isOfVersion1(Tree.Mapping root) {
    return root.entry("PrivateKey").isPresent()
        || root.entry("DomainsCertificate").isPresent()
        || root.entry("Certificates")
            .map(Tree.Entry::value)
            .filter(Tree.Sequence.class::isInstance)
            .isPresent()
        || root.block("Account").flatMap(account -> account.entry("PrivateKey")).isPresent();
  }

  /** Reads what is kept of one resolver. */
  private record Reading(String source, String resolver) {
    private IOException wrong(Tree at, String what) {
      return new IOException(new Problem(source, at.place().line(), resolver, what).toString());
    }

    Stored stored(Tree tree) throws IOException {
      if (!(tree instanceof Tree.Mapping block)) {
        throw wrong(tree, "an object with Account and Certificates is expected");
      }
      var certificates = new ArrayList<Certificate>();
      Optional<Tree> listed = block.entry("Certificates").map(Tree.Entry::value);
      if (listed.isPresent()) {
        if (!(listed.get() instanceof Tree.Sequence(List<Tree> items, var _))) {
          throw wrong(listed.get(), "Certificates is no list");
        }
        for (Tree item : items) {
          certificates.add(certificate(item));
        }
      }
      Optional<Tree.Mapping> account = block.block("Account");
      if (listed.isEmpty() && account.isEmpty() && !block.entries().isEmpty()) {
        throw wrong(tree, "holds neither Account nor Certificates; it is no acme.json");
      }
      return new Stored(account.flatMap(Reading::account), certificates);
    }

    private static Optional<Account> account(Tree.Mapping block) {
      return text(block, "PrivateKey")
          .map(
              key ->
                  new Account(
                      new Secret(key),
                      block
                          .block("Registration")
                          .flatMap(registration -> text(registration, "uri"))));
    }

    private Certificate certificate(Tree tree) throws IOException {
      if (!(tree instanceof Tree.Mapping block)) {
        throw wrong(tree, "a certificate is no object");
      }
      var names = new ArrayList<String>();
      Optional<Tree.Mapping> domain = block.block("domain");
      domain.flatMap(one -> text(one, "main")).ifPresent(names::add);
      if (domain.flatMap(one -> one.entry("sans")).map(Tree.Entry::value).orElse(tree)
          instanceof Tree.Sequence(List<Tree> items, var _)) {
        for (Tree item : items) {
          if (item instanceof Tree.Scalar name) {
            names.add(name.text());
          }
        }
      }
      if (names.isEmpty()) {
        throw wrong(tree, "a certificate has no domain");
      }
      return new Certificate(
          names, text(block, "certificate").orElse(""), new Secret(text(block, "key").orElse("")));
    }

    private static Optional<String> text(Tree.Mapping block, String key) {
      return block
          .entry(key)
          .map(Tree.Entry::value)
          .filter(Tree.Scalar.class::isInstance)
          .map(value -> ((Tree.Scalar) value).text())
          .filter(text -> !text.isEmpty());
    }
  }
}
