package io.phalanx.node.rule;

import io.phalanx.node.exchange.RequestHead;
import java.util.List;
import java.util.Set;

/** What a rule asks of a request. */
public sealed interface Condition {
  boolean matches(RequestHead request);

  record And(List<Condition> all) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      for (Condition condition : all) {
        if (!condition.matches(request)) {
          return false;
        }
      }
      return true;
    }
  }

  record Or(List<Condition> any) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      for (Condition condition : any) {
        if (condition.matches(request)) {
          return true;
        }
      }
      return false;
    }
  }

  record Not(Condition condition) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      return !condition.matches(request);
    }
  }

  /** One host, in canonical form. */
  record HostIs(String host) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      return request.routingHost().equals(host);
    }
  }

  /**
   * One of several hosts, so that a long list costs what a short one does.
   *
   * @param hosts in canonical form
   */
  record HostAmong(Set<String> hosts) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      return hosts.contains(request.routingHost());
    }
  }

  /**
   * Any one label in front of a domain.
   *
   * @param domain in canonical form, with a dot in front
   */
  record HostUnder(String domain) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      String host = request.routingHost();
      return host.endsWith(domain) && host.indexOf('.') == host.length() - domain.length();
    }
  }

  record PathIs(String path) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      return request.routingPath().equals(path);
    }
  }

  /**
   * As Traefik has it a prefix of the text, not of segments: {@code /api} is one of {@code /apis}.
   */
  record PathStarts(String prefix) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      return request.routingPath().startsWith(prefix);
    }
  }

  /**
   * Everything that needs no index: methods, headers, queries, addresses, regular expressions, and
   * {@code Host(`*`)}.
   */
  record Test(Matcher matcher) implements Condition {
    @Override
    public boolean matches(RequestHead request) {
      return matcher.matches(request);
    }
  }

  /** A test of one request. */
  @FunctionalInterface
  interface Matcher {
    boolean matches(RequestHead request);
  }
}
