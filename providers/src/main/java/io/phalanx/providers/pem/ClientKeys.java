package io.phalanx.providers.pem;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows to servers that ask for a certificate: the first one of a kind and from an
 * authority that the server names. The platform's own managers keep keys in clear.
 */
public final class ClientKeys extends X509ExtendedKeyManager {
  private final List<Credentials> all;

  public ClientKeys(List<Credentials> all) {
    this.all = List.copyOf(all);
  }

  /** Aliases are places in the list. */
  private List<String> aliases(String keyType, Principal @Nullable [] issuers) {
    return IntStream.range(0, all.size())
        .filter(i -> all.get(i).key().getAlgorithm().equals(keyType))
        .filter(i -> isFrom(all.get(i), issuers))
        .mapToObj(Integer::toString)
        .toList();
  }

  private static boolean isFrom(Credentials credentials, Principal @Nullable [] issuers) {
    return issuers == null
        || issuers.length == 0
        || credentials.chain().stream()
            .map(X509Certificate::getIssuerX500Principal)
            .anyMatch(Arrays.asList(issuers)::contains);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    List<String> aliases = aliases(keyType, issuers);
    return aliases.isEmpty() ? null : aliases.toArray(String[]::new);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return Arrays.stream(keyTypes)
        .flatMap(keyType -> aliases(keyType, issuers).stream())
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    return Arrays.stream(keyTypes)
        .flatMap(keyType -> aliases(keyType, issuers).stream())
        .findFirst()
        .orElse(null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return all.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return all.get(Integer.parseInt(alias)).key();
  }
}
