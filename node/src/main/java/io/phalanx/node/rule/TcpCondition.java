package io.phalanx.node.rule;

import java.util.List;

/** What a rule asks of a connection. */
public sealed interface TcpCondition {
  boolean matches(Opening opening);

  record And(List<TcpCondition> all) implements TcpCondition {
    @Override
    public boolean matches(Opening opening) {
      for (TcpCondition condition : all) {
        if (!condition.matches(opening)) {
          return false;
        }
      }
      return true;
    }
  }

  record Or(List<TcpCondition> any) implements TcpCondition {
    @Override
    public boolean matches(Opening opening) {
      for (TcpCondition condition : any) {
        if (condition.matches(opening)) {
          return true;
        }
      }
      return false;
    }
  }

  record Not(TcpCondition condition) implements TcpCondition {
    @Override
    public boolean matches(Opening opening) {
      return !condition.matches(opening);
    }
  }

  /** {@code HostSNI(`*`)}: every connection, one without TLS or without a name, too. */
  record AnyName() implements TcpCondition {
    @Override
    public boolean matches(Opening opening) {
      return true;
    }
  }

  /** One server name, in canonical form. */
  record NameIs(String name) implements TcpCondition {
    @Override
    public boolean matches(Opening opening) {
      return opening.serverName().equals(name);
    }
  }

  /**
   * Any one label in front of a domain.
   *
   * @param domain in canonical form, with a dot in front
   */
  record NameUnder(String domain) implements TcpCondition {
    @Override
    public boolean matches(Opening opening) {
      String name = opening.serverName();
      return name.endsWith(domain) && name.indexOf('.') == name.length() - domain.length();
    }
  }

  /** Everything that needs no index: addresses, protocols, regular expressions. */
  record Test(Matcher matcher) implements TcpCondition {
    @Override
    public boolean matches(Opening opening) {
      return matcher.matches(opening);
    }
  }

  /** A test of one connection. */
  @FunctionalInterface
  interface Matcher {
    boolean matches(Opening opening);
  }
}
