package io.phalanx.node.acme;

import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/** Reaches an authority whose own certificate is of authorities that the resolver names. */
final class TrustingProvider extends GenericAcmeProvider {
  private final Resolver resolver;

  TrustingProvider(Resolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public boolean accepts(URI serverUri) {
    return serverUri.equals(resolver.server());
  }

  @Override
  public HttpClient createHttpClient(NetworkSettings settings) {
    HttpClient client =
        resolver.trust().isEmpty() ? super.createHttpClient(settings) : trusting(settings);
    return new BoundedClient(client, settings.getTimeout(), InstantSource.system());
  }

  private HttpClient trusting(NetworkSettings settings) {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(settings.getTimeout())
        .proxy(settings.getProxySelector())
        .sslContext(context())
        .build();
  }

  private SSLContext context() {
    try {
      var trusted = new ArrayList<>(resolver.trust());
      if (resolver.trustsPlatform()) {
        trusted.addAll(platform());
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (X509Certificate certificate : trusted) {
        store.setCertificateEntry("ca" + store.size(), certificate);
      }
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers(store), null);
      return context;
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("caCertificates cannot be trusted", e);
    }
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static List<X509Certificate> platform() throws GeneralSecurityException {
    return Arrays.stream(managers(null))
        .filter(X509TrustManager.class::isInstance)
        .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
        .toList();
  }
}
