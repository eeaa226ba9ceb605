package io.phalanx.it.conformance;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the client's certificate whatever authorities the server names, as OpenSSL does, which the
 * cases were recorded with. Java's own client shows none that the server says it does not want.
 */
final class ShownAnyway extends X509ExtendedKeyManager {
  private final X509ExtendedKeyManager keys;

  private ShownAnyway(X509ExtendedKeyManager keys) {
    this.keys = keys;
  }

  static KeyManager[] of(KeyManager[] managers) {
    var all = new KeyManager[managers.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = new ShownAnyway((X509ExtendedKeyManager) managers[i]);
    }
    return all;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return keys.chooseClientAlias(types, null, socket);
  }

  @Override
  public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
    return keys.getClientAliases(type, null);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return keys.getCertificateChain(alias);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return keys.getPrivateKey(alias);
  }
}
