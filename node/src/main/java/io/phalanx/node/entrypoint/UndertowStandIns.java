package io.phalanx.node.entrypoint;

import java.security.CodeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The classes of ours that bear the name of one of Undertow's and work in its place. They do so
 * only where they come first on the class path; without them requests would be served, but not with
 * the care that is taken here.
 */
final class UndertowStandIns {
  private static final List<String> NAMES =
      List.of(
          "io.undertow.server.handlers.HostHeaderHandler",
          "io.undertow.server.protocol.http.HttpReadListener",
          "io.undertow.server.protocol.http.RequestParser",
          "io.undertow.server.protocol.http.RequestState");

  /** Read once, when Undertow's class is loaded: lines of {@code Cookie} are not to be joined. */
  private static final String COOKIES_STAY =
      "io.undertow.server.protocol.http.DisableCookieCrumbsAssembly";

  /**
   * Read once as well, by XNIO's pool of threads: to show it as an MBean would start the platform's
   * server of them, for a tenth of the time that a node takes to start.
   */
  private static final String NO_MBEAN = "jboss.threads.eqe.disable-mbean";

  private UndertowStandIns() {}

  static void check() {
    System.setProperty(COOKIES_STAY, "true");
    System.setProperty(NO_MBEAN, "true");
    @Nullable CodeSource ours = UndertowStandIns.class.getProtectionDomain().getCodeSource();
    for (String name : NAMES) {
      if (ours != null && !ours.equals(codeSource(name))) {
        throw new IllegalStateException(
            name + " comes from Undertow: put this program in front of it on the class path");
      }
    }
  }

  private static @Nullable CodeSource codeSource(String name) {
    try {
      return Class.forName(name, false, UndertowStandIns.class.getClassLoader())
          .getProtectionDomain()
          .getCodeSource();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
