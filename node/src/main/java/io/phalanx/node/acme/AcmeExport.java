package io.phalanx.node.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.cluster.document.Documents;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.pem.Pem;
import io.phalanx.providers.tree.Encoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;

/**
 * Makes a file that Traefik reads of what the fleet has. It has all keys in clear. Accounts are in
 * it only if their key is an RSA key, as those are that came from Traefik: it reads no others, and
 * would write them into its log as they are.
 */
public final class AcmeExport {
  private final Documents documents;
  private final ServedStates served;
  private final InstantSource clock;

  public AcmeExport(Documents documents, ServedStates served, InstantSource clock) {
    this.documents = documents;
    this.served = served;
    this.clock = clock;
  }

  /** JSON. */
  public String text(Collection<Resolver> resolvers) {
    var root = new LinkedHashMap<String, Object>();
    for (Resolver resolver : resolvers) {
      var fields = new LinkedHashMap<String, Object>();
      account(resolver).ifPresent(account -> fields.put("Account", account));
      fields.put("Certificates", certificates(resolver));
      root.put(resolver.name(), fields);
    }
    return Encoder.indentedJson(root);
  }

  private Optional<SequencedMap<String, Object>> account(Resolver resolver) {
    return documents
        .find(AccountState.documentName(resolver.name()))
        .map(known -> known.content().lend(StateFormat::account))
        .filter(account -> account.server().equals(resolver.server().toString()))
        .filter(account -> account.key().shown().getAlgorithm().equals("RSA"))
        .filter(account -> account.location().isPresent())
        .map(account -> fields(resolver, account));
  }

  private static SequencedMap<String, Object> fields(Resolver resolver, AccountState account) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("Email", resolver.email().orElse(""));
    var registration = new LinkedHashMap<String, Object>();
    registration.put("body", new LinkedHashMap<>(Map.of("status", "valid")));
    registration.put("uri", account.location().orElseThrow());
    fields.put("Registration", registration);
    fields.put("PrivateKey", account.key().secret().lend(AcmeExport::pkcs1));
    fields.put(
        "KeyType",
        switch (resolver.request().keyKind()) {
          case EC256 -> "P256";
          case EC384 -> "P384";
          case RSA2048 -> "2048";
          case RSA4096 -> "4096";
          case RSA8192 -> "8192";
        });
    return fields;
  }

  private static String pkcs1(byte[] pkcs8) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              PrivateKeyInfo.getInstance(pkcs8).parsePrivateKey().toASN1Primitive().getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Object> certificates(Resolver resolver) {
    Instant now = clock.instant();
    var all = new ArrayList<Object>();
    for (CertificateState state : served.states().values()) {
      Optional<Held> held = state.held().filter(one -> one.end().isAfter(now));
      if (held.isPresent() && state.need().resolver().equals(resolver.name())) {
        all.add(fields(state.need().names(), held.get()));
      }
    }
    return all;
  }

  private static SequencedMap<String, Object> fields(List<String> names, Held held) {
    var domain = new LinkedHashMap<String, Object>();
    domain.put("main", names.getFirst());
    if (names.size() > 1) {
      domain.put("sans", names.subList(1, names.size()));
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("domain", domain);
    fields.put("certificate", base64(Pem.text(held.chain())));
    fields.put("key", held.key().secret().lend(pkcs8 -> base64(Pem.text("PRIVATE KEY", pkcs8))));
    fields.put("Store", "default");
    return fields;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }
}
