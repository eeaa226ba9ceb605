package io.phalanx.distribution;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;

/**
 * The same content as a package (deb(5)): below /usr/lib/phalanx, with a unit of systemd, and links
 * from where others look for commands, manual pages and completions.
 */
final class DebianPackage {
  private static final String HOME = "usr/lib/phalanx";
  private static final int READABLE = 0100644;

  private static final String CONTROL =
      """
      Package: phalanx
      Version: %s
      Architecture: amd64
      Maintainer: Phalanx <phalanx@localhost>
      Installed-Size: %d
      Depends: libc6 (>= 2.28)
      Recommends: systemd
      Section: net
      Priority: optional
      Description: edge proxy whose unit is the fleet
       Speaks Traefik v3's configuration. Every node is a member of one embedded
       cluster: routes and rate limits belong to the fleet. Java is inside.
      """;

  /** A node is not started: it has no configuration yet. */
  private static final String AFTER_INSTALLATION =
      """
      #!/bin/sh
      set -e
      if [ "$1" = configure ]; then
        if ! getent passwd phalanx >/dev/null; then
          if command -v useradd >/dev/null; then
            useradd --system --user-group --home-dir /var/lib/phalanx --no-create-home --shell /usr/sbin/nologin phalanx
          else
            echo "phalanx: there is no useradd; make a user and a group phalanx" >&2
          fi
        fi
        if [ -d /run/systemd/system ]; then
          systemctl daemon-reload
        fi
      fi
      """;

  private static final String BEFORE_REMOVAL =
      """
      #!/bin/sh
      set -e
      if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
        systemctl disable --now phalanx.service
      fi
      """;

  private static final String AFTER_REMOVAL =
      """
      #!/bin/sh
      set -e
      if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
      fi
      """;

  private DebianPackage() {}

  static void write(Path image, Path unit, String version, Path file, Instant time)
      throws IOException {
    long size = 0;
    Path data = Files.createTempFile(file.resolveSibling("."), "data", ".tar.gz");
    try {
      try (var out = new Archive(Files.newOutputStream(data), time)) {
        out.directories(HOME);
        for (Path path : Tree.below(image)) {
          out.put(HOME + '/' + image.relativize(path), path);
          size += Files.isRegularFile(path) ? Files.size(path) : 0;
        }
        out.directories("usr/bin");
        out.link("usr/bin/phalanx", "../lib/phalanx/bin/phalanx");
        out.directories("usr/lib/systemd/system");
        out.put("usr/lib/systemd/system/phalanx.service", unit);
        link(out, "man/man1/phalanx.1");
        link(out, "bash-completion/completions/phalanx");
        link(out, "zsh/vendor-completions/_phalanx", "zsh/site-functions/_phalanx");
        link(out, "fish/vendor_completions.d/phalanx.fish");
        link(out, "doc/phalanx/examples", "examples");
        link(out, "doc/phalanx/copyright", "licenses/LIBRARIES");
        out.directories("etc/phalanx/routes");
      }
      ar(file, control(version, size, time), Files.readAllBytes(data), time);
    } finally {
      Files.delete(data);
    }
  }

  private static void link(Archive out, String inShare) throws IOException {
    link(out, inShare, inShare);
  }

  private static void link(Archive out, String from, String to) throws IOException {
    String name = "usr/share/" + from;
    out.directories(name.substring(0, name.lastIndexOf('/')));
    String up = "../".repeat((int) from.chars().filter(each -> each == '/').count() + 1);
    out.link(name, up + "lib/phalanx/share/" + to);
  }

  private static byte[] control(String version, long size, Instant time) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new Archive(bytes, time)) {
      // A tilde sorts before nothing: what comes before a release is older than it.
      String ofPackage = version.replace("-", "~");
      out.put("control", CONTROL.formatted(ofPackage, size / 1024), false);
      out.put("postinst", AFTER_INSTALLATION, true);
      out.put("prerm", BEFORE_REMOVAL, true);
      out.put("postrm", AFTER_REMOVAL, true);
    }
    return bytes.toByteArray();
  }

  private static void ar(Path file, byte[] control, byte[] data, Instant time) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        var ar = new ArArchiveOutputStream(out)) {
      put(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII), time);
      put(ar, "control.tar.gz", control, time);
      put(ar, "data.tar.gz", data, time);
    }
  }

  private static void put(ArArchiveOutputStream ar, String name, byte[] content, Instant time)
      throws IOException {
    var entry = new ArArchiveEntry(name, content.length, 0, 0, READABLE, time.getEpochSecond());
    ar.putArchiveEntry(entry);
    ar.write(content);
    ar.closeArchiveEntry();
  }
}
