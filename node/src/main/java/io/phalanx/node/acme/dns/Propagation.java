package io.phalanx.node.acme.dns;

import io.phalanx.node.acme.dns.Lookups.Authoritative;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Waits until name servers show records, so that an authority does not look too early. */
final class Propagation {
  private final DnsOptions options;
  private final Lookups lookups;
  private final List<ServerAddress> recursive;
  private final PassingTime time;

  Propagation(
      DnsOptions options, Lookups lookups, List<ServerAddress> recursive, PassingTime time) {
    this.options = options;
    this.lookups = lookups;
    this.recursive = List.copyOf(recursive);
    this.time = time;
  }

  /** A server that is to show a name's values. */
  private interface Place {
    /** What it shows; or why it cannot be asked. */
    Set<String> shown(String name) throws DnsException, InterruptedException;

    String server();
  }

  private record Authority(Authoritative authoritative) implements Place {
    @Override
    public Set<String> shown(String name) throws DnsException, InterruptedException {
      DnsException failure = new DnsException(server() + " has no address");
      for (InetSocketAddress address : authoritative.addresses()) {
        try {
          return Lookups.texts(address, name);
        } catch (DnsException e) {
          failure = e;
        }
      }
      throw failure;
    }

    @Override
    public String server() {
      return authoritative.name();
    }
  }

  private record Recursive(ServerAddress address) implements Place {
    @Override
    public Set<String> shown(String name) throws DnsException, InterruptedException {
      return Lookups.found(address.resolved(), name);
    }

    @Override
    public String server() {
      return address.toString();
    }
  }

  /**
   * Returns when all that are to be asked show all of the records.
   *
   * @throws DnsException with what is missing and where, if they do not in time
   */
  void await(List<ChallengeRecord> records, Timing timing)
      throws DnsException, InterruptedException {
    if (!options.delay().isZero()) {
      time.pass(options.delay());
    }
    Instant end = time.instant().plus(timing.propagation());
    for (String name : records.stream().map(ChallengeRecord::name).distinct().toList()) {
      Set<String> values =
          records.stream()
              .filter(record -> record.name().equals(name))
              .map(ChallengeRecord::value)
              .collect(Collectors.toUnmodifiableSet());
      await(name, values, end, timing);
    }
  }

  private void await(String name, Set<String> values, Instant end, Timing timing)
      throws DnsException, InterruptedException {
    List<Place> left = List.of();
    boolean isKnown = false;
    while (true) {
      String missing;
      try {
        left = isKnown ? left : places(name);
        isKnown = true;
        Optional<String> lack = missing(left, name, values);
        if (lack.isEmpty()) {
          return;
        }
        missing = lack.get();
      } catch (DnsException e) {
        missing = String.valueOf(e.getMessage());
      }
      Duration rest = Duration.between(time.instant(), end);
      if (rest.isNegative() || rest.isZero()) {
        throw new DnsException(
            "the TXT record "
                + name
                + " is not seen after "
                + timing.propagation().toSeconds()
                + " s: "
                + missing);
      }
      time.pass(rest.compareTo(timing.interval()) < 0 ? rest : timing.interval());
    }
  }

  private List<Place> places(String name) throws DnsException, InterruptedException {
    var places = new ArrayList<Place>();
    if (options.checks().recursive()) {
      recursive.forEach(server -> places.add(new Recursive(server)));
    }
    if (options.checks().authoritative()) {
      if (options.nameServers().isEmpty()) {
        lookups.servers(lookups.zone(name)).forEach(server -> places.add(new Authority(server)));
      } else {
        for (ServerAddress server : options.nameServers()) {
          places.add(
              new Authority(new Authoritative(server.toString(), List.of(server.resolved()))));
        }
      }
    }
    return places;
  }

  /** What the first server that lacks something says. */
  private static Optional<String> missing(List<Place> places, String name, Set<String> values)
      throws InterruptedException {
    for (Place place : places) {
      try {
        Set<String> shown = place.shown(name);
        if (!shown.containsAll(values)) {
          return Optional.of(
              place.server()
                  + " has "
                  + (shown.isEmpty() ? "none" : shown.size() + " of that name, but not ours"));
        }
      } catch (DnsException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
    return Optional.empty();
  }
}
