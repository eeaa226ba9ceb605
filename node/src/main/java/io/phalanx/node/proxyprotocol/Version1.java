package io.phalanx.node.proxyprotocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.node.exchange.AddressText;
import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import io.phalanx.node.proxyprotocol.ProxyHeader.Incomplete;
import io.phalanx.node.proxyprotocol.ProxyHeader.Malformed;
import io.phalanx.node.proxyprotocol.ProxyHeader.Present;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/** A line of text. */
final class Version1 {
  private static final byte[] SIGNATURE = "PROXY ".getBytes(US_ASCII);
  private static final String IPV4_NUMBER = "(0|[1-9][0-9]{0,2})";
  private static final Pattern IPV4 = Pattern.compile(IPV4_NUMBER + "(\\." + IPV4_NUMBER + "){3}");
  private static final Pattern IPV6 =
      Pattern.compile(
          "[0-9a-fA-F]*:[0-9a-fA-F:]*(" + IPV4_NUMBER + "(\\." + IPV4_NUMBER + "){3})?");
  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

  private Version1() {}

  static ProxyHeader read(ByteBuffer bytes) {
    Optional<ProxyHeader> other = Signature.other(bytes, SIGNATURE);
    if (other.isPresent()) {
      return other.get();
    }
    int most = Math.min(bytes.remaining(), ProxyHeader.MAX_LINE);
    for (int i = SIGNATURE.length; i < most; i++) {
      if (bytes.get(i) == '\n') {
        return bytes.get(i - 1) == '\r'
            ? line(US_ASCII.decode(bytes.slice(0, i - 1)).toString(), i + 1)
            : new Malformed("a line that ends with LF alone");
      }
    }
    return bytes.remaining() >= ProxyHeader.MAX_LINE
        ? new Malformed("a line of more than " + ProxyHeader.MAX_LINE + " bytes")
        : new Incomplete();
  }

  private static ProxyHeader line(String line, int length) {
    String[] words = line.split(" ", -1);
    if (words[1].equals("UNKNOWN")) {
      return new Present(length, Optional.empty());
    }
    boolean ipv4 = words[1].equals("TCP4");
    if ((!ipv4 && !words[1].equals("TCP6")) || words.length != 6) {
      return new Malformed("a line with other than a protocol, two addresses and two ports");
    }
    Optional<InetAddress> source = address(words[2], ipv4);
    Optional<InetAddress> destination = address(words[3], ipv4);
    Optional<Integer> sourcePort = port(words[4]);
    Optional<Integer> destinationPort = port(words[5]);
    if (source.isEmpty()
        || destination.isEmpty()
        || sourcePort.isEmpty()
        || destinationPort.isEmpty()) {
      return new Malformed("an address or a port that is none");
    }
    return new Present(
        length,
        Optional.of(
            new Addresses(
                new InetSocketAddress(source.get(), sourcePort.get()),
                new InetSocketAddress(destination.get(), destinationPort.get()))));
  }

  /** The line for addresses of one family. */
  static byte[] write(Optional<Addresses> addresses) {
    String line =
        addresses
            .map(
                both ->
                    (both.source().getAddress() instanceof Inet4Address ? "TCP4 " : "TCP6 ")
                        + AddressText.of(both.source().getAddress())
                        + ' '
                        + AddressText.of(both.destination().getAddress())
                        + ' '
                        + both.source().getPort()
                        + ' '
                        + both.destination().getPort())
            .orElse("UNKNOWN");
    return ("PROXY " + line + "\r\n").getBytes(US_ASCII);
  }

  private static Optional<InetAddress> address(String text, boolean ipv4) {
    try {
      return (ipv4 ? IPV4 : IPV6).matcher(text).matches()
          ? Optional.of(InetAddress.ofLiteral(text))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<Integer> port(String text) {
    return Optional.of(text)
        .filter(digits -> PORT.matcher(digits).matches())
        .map(Integer::parseInt)
        .filter(port -> port <= 0xffff);
  }
}
