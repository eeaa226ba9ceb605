package io.phalanx.node.forwarding;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the certificate of a server has to say for the server to be the one that is meant. */
public sealed interface ServerIdentity {
  /** A trusted chain, and the name that the server is asked for (RFC 9525). */
  record HostName() implements ServerIdentity {}

  /** Nothing at all: {@code insecureSkipVerify}. */
  record Anyone() implements ServerIdentity {}

  /**
   * A trusted chain and one of these names, whatever the server's address is.
   *
   * @param hostNameToo whether the name that the server is asked for must be there as well
   */
  record OneOf(List<Name> names, boolean hostNameToo) implements ServerIdentity {
    public OneOf {
      names = List.copyOf(names);
    }
  }

  /** A subject alternative name. */
  sealed interface Name {
    record Uri(String value) implements Name {
      /**
       * @throws IllegalArgumentException if it is none that a certificate may have (RFC 5280,
       *     section 4.2.1.6)
       */
      public Uri {
        if (!isAbsolute(value)) {
          throw new IllegalArgumentException('"' + value + "\" is no URI with a scheme");
        }
      }

      private static boolean isAbsolute(String value) {
        try {
          return new URI(value).isAbsolute();
        } catch (URISyntaxException _) {
          return false;
        }
      }
    }

    record Dns(String value) implements Name {
      /**
       * @throws IllegalArgumentException if no host can have it
       */
      public Dns {
        if (!HostNames.isHost(value)) {
          throw new IllegalArgumentException('"' + value + "\" is no name of a host");
        }
      }
    }
  }

  /**
   * A trusted chain and a SPIFFE id.
   *
   * @param ids those that are accepted; if empty, all of {@code trustDomain}; if that is empty too,
   *     any
   */
  record SpiffeId(Set<String> ids, Optional<String> trustDomain) implements ServerIdentity {
    public SpiffeId {
      ids = Set.copyOf(ids);
    }
  }
}
