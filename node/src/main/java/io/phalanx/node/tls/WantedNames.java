package io.phalanx.node.tls;

import io.phalanx.node.exchange.Hosts;
import io.phalanx.providers.dynamic.Router.Domain;
import io.phalanx.providers.tree.DidYouMean;
import java.net.IDN;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes of what routers and stores say what is to be asked of certificate resolvers.
 *
 * @param resolvers names of those that there are
 * @param forWildcards those of them that wildcards may be asked of
 */
public record WantedNames(Set<String> resolvers, Set<String> forWildcards) {
  /** Without any resolver. */
  public static final WantedNames NONE = new WantedNames(Set.of(), Set.of());

  /** Of one certificate, as authorities bound it. */
  public static final int MAX_NAMES = 100;

  private static final int MAX_LENGTH = 253;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9-_]{0,61}[a-z0-9])?");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

  public WantedNames {
    resolvers = Set.copyOf(resolvers);
    forWildcards = Set.copyOf(forWildcards);
  }

  /**
   * @param remarks what gets no certificate, and why
   */
  public record Result(List<CertificateNeed> needs, List<String> remarks) {
    public Result {
      needs = List.copyOf(needs);
      remarks = List.copyOf(remarks);
    }
  }

  /** One certificate for each domain. */
  Result of(String resolver, List<Domain> domains) {
    var needs = new ArrayList<CertificateNeed>();
    var remarks = new ArrayList<String>();
    if (isKnown(resolver, remarks)) {
      for (Domain domain : domains) {
        var names = new ArrayList<String>();
        names.add(domain.main());
        names.addAll(domain.sans());
        need(resolver, names, remarks).ifPresent(needs::add);
      }
      if (domains.isEmpty()) {
        remarks.add("names no domain for the certificate");
      }
    }
    return new Result(needs, remarks);
  }

  /**
   * What a router wants: its domains if it has any, else one certificate for the hosts of its rule,
   * as in Traefik.
   */
  public Result of(String resolver, List<Domain> domains, Collection<String> hosts) {
    if (!domains.isEmpty()) {
      return of(resolver, domains);
    }
    var remarks = new ArrayList<String>();
    Optional<CertificateNeed> need = Optional.empty();
    if (isKnown(resolver, remarks)) {
      if (hosts.isEmpty()) {
        remarks.add(
            "certResolver: the rule names no host, and there are no domains; no certificate is"
                + " ordered");
      } else {
        need = need(resolver, hosts, remarks);
      }
    }
    return new Result(need.stream().toList(), remarks);
  }

  private boolean isKnown(String resolver, List<String> remarks) {
    if (resolvers.contains(resolver)) {
      return true;
    }
    remarks.add(
        "there is no certificate resolver \""
            + resolver
            + '"'
            + DidYouMean.among(resolver, resolvers)
            + "; no certificate is ordered");
    return false;
  }

  private Optional<CertificateNeed> need(
      String resolver, Collection<String> given, List<String> remarks) {
    var names = new LinkedHashSet<String>();
    for (String name : given) {
      Optional<String> canonical = canonical(name);
      if (canonical.isEmpty()) {
        remarks.add(
            "no certificate can be ordered for \"" + name + "\", which is no name of a host");
        return Optional.empty();
      }
      if (canonical.get().startsWith("*.") && !forWildcards.contains(resolver)) {
        remarks.add(
            "no certificate can be ordered for "
                + canonical.get()
                + ": authorities ask for a dnsChallenge, which certificate resolver \""
                + resolver
                + "\" has not");
        return Optional.empty();
      }
      names.add(canonical.get());
    }
    if (names.size() > MAX_NAMES) {
      remarks.add(
          "a certificate has at most "
              + MAX_NAMES
              + " names, not "
              + names.size()
              + ": use domains");
      return Optional.empty();
    }
    return Optional.of(new CertificateNeed(resolver, List.copyOf(names)));
  }

  /** As it stands in a certificate; empty if it cannot. */
  public static Optional<String> canonical(String given) {
    String name = Hosts.canonicalName(given);
    if (name.indexOf(':') >= 0 || NUMBERS.matcher(name).matches()) {
      return address(name);
    }
    boolean wildcard = name.startsWith("*.");
    try {
      String ascii = IDN.toASCII(wildcard ? name.substring(2) : name, IDN.ALLOW_UNASSIGNED);
      boolean fits = !ascii.isEmpty() && ascii.length() <= MAX_LENGTH;
      for (String label : ascii.split("\\.", -1)) {
        fits &= LABEL.matcher(label).matches();
      }
      return fits ? Optional.of(wildcard ? "*." + ascii : ascii) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> address(String text) {
    try {
      String address = InetAddress.ofLiteral(text).getHostAddress();
      // Shorter forms of IPv4 are taken, too, which nobody means.
      boolean isMeant = text.indexOf(':') >= 0 || address.equals(text);
      return isMeant ? Optional.of(address) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
