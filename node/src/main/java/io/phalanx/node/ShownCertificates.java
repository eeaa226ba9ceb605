package io.phalanx.node;

import io.phalanx.node.tls.ServerCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All certificates that are shown: those that were given, which change with the configuration, and
 * those that were issued, which change by themselves. Whoever wants to know of them is told of one
 * state after the other, the newest one last. Thread-safe.
 */
final class ShownCertificates {
  private final Supplier<List<ServerCertificate>> issued;
  private final Consumer<List<ServerCertificate>> told;
  private volatile List<ServerCertificate> given = List.of();

  ShownCertificates(
      Supplier<List<ServerCertificate>> issued, Consumer<List<ServerCertificate>> told) {
    this.issued = issued;
    this.told = told;
  }

  /** These were given, and no others. */
  synchronized void give(List<ServerCertificate> certificates) {
    given = List.copyOf(certificates);
    tell();
  }

  /** Others were issued. */
  synchronized void tell() {
    var all = new ArrayList<>(given);
    all.addAll(issued.get());
    told.accept(all);
  }

  List<ServerCertificate> given() {
    return given;
  }
}
