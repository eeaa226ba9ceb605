package io.phalanx.node.acme.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Questions to name servers. Each goes to one server after another, until one answers. Thread-safe.
 */
final class Lookups implements ZoneFinder {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int ROUNDS = 2;
  private static final int MAX_CNAMES = 16;
  private static final int MAX_SERVERS = 16;
  private static final int MAX_ADDRESSES = 4;

  private final List<ServerAddress> recursive;
  private final int authoritativePort;

  /**
   * @param recursive those that are asked for what is elsewhere
   * @param authoritativePort where the servers of zones listen
   */
  Lookups(List<ServerAddress> recursive, int authoritativePort) {
    this.recursive = List.copyOf(recursive);
    this.authoritativePort = authoritativePort;
  }

  /**
   * A server of a zone.
   *
   * @param addresses any of which may be asked
   */
  record Authoritative(String name, List<InetSocketAddress> addresses) {
    Authoritative {
      addresses = List.copyOf(addresses);
    }
  }

  static Name absolute(String name) throws DnsException {
    try {
      return Name.fromString(name + '.');
    } catch (TextParseException _) {
      throw new DnsException("\"" + name + "\" is no name");
    }
  }

  private static String text(Name name) {
    String text = name.toString().toLowerCase(Locale.ROOT);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  /** The answer of one server, whatever it is. */
  static Message ask(
      InetSocketAddress server, Message question, SimpleResolver over, Duration limit)
      throws DnsException, InterruptedException {
    over.setTimeout(limit);
    CompletableFuture<Message> asked = over.sendAsync(question).toCompletableFuture();
    try {
      return asked.get(limit.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new DnsException(shown(server) + " does not answer");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new DnsException(
          shown(server)
              + (cause instanceof IOException && cause.getMessage() != null
                  ? ": " + cause.getMessage()
                  : " does not answer"));
    } finally {
      asked.cancel(true);
    }
  }

  static String shown(InetSocketAddress server) {
    return server.getAddress().getHostAddress() + ':' + server.getPort();
  }

  private static Message question(InetSocketAddress server, String name, int type, boolean recurse)
      throws DnsException, InterruptedException {
    Message question = Message.newQuery(Record.newRecord(absolute(name), type, DClass.IN));
    if (!recurse) {
      question.getHeader().unsetFlag(Flags.RD);
    }
    Message answer = ask(server, question, new SimpleResolver(server), LIMIT);
    int code = answer.getRcode();
    if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
      throw new DnsException(shown(server) + " answers " + Rcode.string(code) + " for " + name);
    }
    return answer;
  }

  private Message recursively(String name, int type) throws DnsException, InterruptedException {
    DnsException failure = new DnsException("there is no name server to ask");
    for (int round = 0; round < ROUNDS; round++) {
      for (ServerAddress server : recursive) {
        try {
          return question(server.resolved(), name, type, true);
        } catch (DnsException e) {
          failure = e;
        }
      }
    }
    throw failure;
  }

  private static <T extends Record> List<T> answers(Message message, Class<T> type) {
    return message.getSection(Section.ANSWER).stream()
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** The nearest name upwards that is a zone's (RFC 1034, section 4.2). */
  @Override
  public String zone(String name) throws DnsException, InterruptedException {
    String zone = name;
    while (true) {
      Name apex = absolute(zone);
      boolean isZone =
          answers(recursively(zone, Type.SOA), SOARecord.class).stream()
              .anyMatch(record -> record.getName().equals(apex));
      if (isZone) {
        return zone;
      }
      int dot = zone.indexOf('.');
      if (dot < 0) {
        throw new DnsException("there is no zone that " + name + " is in");
      }
      zone = zone.substring(dot + 1);
    }
  }

  /** Where a name leads to by CNAMEs. */
  String canonical(String name) throws DnsException, InterruptedException {
    String at = name;
    for (int steps = 0; steps < MAX_CNAMES; steps++) {
      Name here = absolute(at);
      var next =
          answers(recursively(at, Type.CNAME), CNAMERecord.class).stream()
              .filter(record -> record.getName().equals(here))
              .findFirst();
      if (next.isEmpty()) {
        return at;
      }
      at = text(next.get().getTarget());
    }
    throw new DnsException(name + " leads on by more than " + MAX_CNAMES + " CNAMEs");
  }

  /** The servers of a zone, as its NS records name them. */
  List<Authoritative> servers(String zone) throws DnsException, InterruptedException {
    var servers = new ArrayList<Authoritative>();
    Message answer = recursively(zone, Type.NS);
    for (NSRecord record : answers(answer, NSRecord.class).stream().limit(MAX_SERVERS).toList()) {
      String name = text(record.getTarget());
      var addresses = new ArrayList<InetAddress>();
      answers(recursively(name, Type.A), ARecord.class)
          .forEach(address -> addresses.add(address.getAddress()));
      answers(recursively(name, Type.AAAA), AAAARecord.class)
          .forEach(address -> addresses.add(address.getAddress()));
      if (addresses.isEmpty()) {
        throw new DnsException("name server " + name + " of " + zone + " has no address");
      }
      servers.add(
          new Authoritative(
              name,
              addresses.stream()
                  .limit(MAX_ADDRESSES)
                  .map(address -> new InetSocketAddress(address, authoritativePort))
                  .toList()));
    }
    if (servers.isEmpty()) {
      throw new DnsException("zone " + zone + " has no name server");
    }
    return servers;
  }

  /** The texts that one server has for a name, without asking others for them. */
  static Set<String> texts(InetSocketAddress server, String name)
      throws DnsException, InterruptedException {
    return texts(question(server, name, Type.TXT, false));
  }

  /** The texts that one server finds for a name. */
  static Set<String> found(InetSocketAddress server, String name)
      throws DnsException, InterruptedException {
    return texts(question(server, name, Type.TXT, true));
  }

  private static Set<String> texts(Message answer) {
    var texts = new LinkedHashSet<String>();
    answers(answer, TXTRecord.class)
        .forEach(record -> texts.add(String.join("", record.getStrings())));
    return texts;
  }
}
