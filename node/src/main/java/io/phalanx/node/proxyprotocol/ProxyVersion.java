package io.phalanx.node.proxyprotocol;

import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import java.util.Arrays;
import java.util.Optional;

/** The two forms of the header (HAProxy's proxy-protocol.txt, sections 2.1 and 2.2), to be sent. */
public enum ProxyVersion {
  V1(1),
  V2(2);

  private final int number;

  ProxyVersion(int number) {
    this.number = number;
  }

  /** Empty if there is no version of that number. */
  public static Optional<ProxyVersion> of(int number) {
    return Arrays.stream(values()).filter(version -> version.number == number).findFirst();
  }

  /**
   * The bytes of a header; without addresses, or with such of two families, it says that the proxy
   * speaks for itself: {@code UNKNOWN} in version 1, {@code LOCAL} in version 2.
   */
  public byte[] header(Optional<Addresses> addresses) {
    Optional<Addresses> told = addresses.filter(Addresses::areOfOneFamily);
    return switch (this) {
      case V1 -> Version1.write(told);
      case V2 -> Version2.write(told);
    };
  }
}
