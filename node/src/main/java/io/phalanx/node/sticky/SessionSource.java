package io.phalanx.node.sticky;

import io.phalanx.node.address.ClientAddress;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import java.util.Optional;

/** What a session is told by that a cookie of ours does not tell. */
public sealed interface SessionSource {
  /** What names the session of a request; empty if it has none. */
  Optional<String> of(RequestHead request);

  /** What a server says a session is named from now on; empty if it says nothing. */
  Optional<String> of(ResponseHead response);

  /** A header of requests, and of the answers with which a server begins a session. */
  record Header(HeaderName name) implements SessionSource {
    @Override
    public Optional<String> of(RequestHead request) {
      return request.headers().first(name).filter(value -> !value.isEmpty());
    }

    @Override
    public Optional<String> of(ResponseHead response) {
      return response.headers().first(name).filter(value -> !value.isEmpty());
    }
  }

  /** A cookie that the servers set. */
  record Cookie(String name) implements SessionSource {
    /**
     * @throws IllegalArgumentException if no cookie can have that name
     */
    public Cookie {
      if (!HeaderName.isToken(name)) {
        throw new IllegalArgumentException("no cookie is named \"" + name + '"');
      }
    }

    @Override
    public Optional<String> of(RequestHead request) {
      return Cookies.sent(request.headers(), name).filter(value -> !value.isEmpty());
    }

    @Override
    public Optional<String> of(ResponseHead response) {
      return Cookies.set(response.headers(), name).filter(value -> !value.isEmpty());
    }
  }

  /** The client's address. */
  record Address(ClientAddress address) implements SessionSource {
    @Override
    public Optional<String> of(RequestHead request) {
      return Optional.of(address.of(request)).filter(text -> !text.isEmpty());
    }

    @Override
    public Optional<String> of(ResponseHead response) {
      return Optional.empty();
    }
  }

  /**
   * A claim of the bearer token that a request carries, whoever made that: nobody checks it here.
   */
  record Claim(String name) implements SessionSource {
    /**
     * @throws IllegalArgumentException if it has no name
     */
    public Claim {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a claim has a name");
      }
    }

    @Override
    public Optional<String> of(RequestHead request) {
      return request
          .headers()
          .first(HeaderName.AUTHORIZATION)
          .flatMap(credentials -> BearerToken.claim(credentials, name));
    }

    @Override
    public Optional<String> of(ResponseHead response) {
      return Optional.empty();
    }
  }
}
