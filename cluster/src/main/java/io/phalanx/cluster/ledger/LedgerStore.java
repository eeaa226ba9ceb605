package io.phalanx.cluster.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.disk.OwnDirectory;
import io.phalanx.cluster.disk.UnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a member keeps of its fleet on disk: its id, what it promised and accepted, and the contents
 * of revisions, sealed. Every file is written beside its place, forced to the disk and then moved
 * there, so that it is the old one or the new one whenever the machine stops.
 */
public final class LedgerStore implements AutoCloseable {
  private static final String MEMBER = "member";
  private static final String LEDGER = "ledger";
  private static final String CONTENTS = "revisions";
  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final String DAMAGED = ".damaged";

  /** More than a document and the ledger take, so that what was too much once is not tried soon. */
  private static final int ROOM_BYTES = 256 * 1024;

  private static final String ROOM = "room";

  private final Path directory;
  private final String memberId;
  private final Acceptor found;
  private final OwnDirectory own;

  private LedgerStore(Path directory, String memberId, Acceptor found, OwnDirectory own) {
    this.directory = directory;
    this.memberId = memberId;
    this.found = found;
    this.own = own;
  }

  /**
   * @param directory only its owner can open it; it is made if it is not there
   * @throws IOException if it cannot be used, or another process uses it: two members that keep one
   *     word between them would break it
   * @throws IllegalStateException if what is there is damaged, or a later release wrote it in a
   *     form that this one does not know
   */
  public static LedgerStore open(Path directory) throws IOException {
    OwnDirectory own = OwnDirectory.open(directory);
    try {
      OwnDirectory.make(directory.resolve(CONTENTS));
      return read(directory, own);
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private static LedgerStore read(Path directory, OwnDirectory own) throws IOException {
    dropUnfinished(directory);
    dropUnfinished(directory.resolve(CONTENTS));
    Path member = directory.resolve(MEMBER);
    if (!Files.exists(member)) {
      OwnDirectory.write(member, UUID.randomUUID().toString().getBytes(UTF_8));
    }
    String memberId = new String(Files.readAllBytes(member), UTF_8).strip();
    if (!ID.matcher(memberId).matches()) {
      throw new UnusableException(damaged(member, directory, "it holds no id of a member"));
    }
    Path ledger = directory.resolve(LEDGER);
    return new LedgerStore(
        directory, memberId, Files.exists(ledger) ? acceptor(ledger) : Acceptor.NEW, own);
  }

  private static Acceptor acceptor(Path ledger) throws IOException {
    try {
      return LedgerFormat.acceptor(Files.readAllBytes(ledger));
    } catch (IllegalStateException e) {
      throw new UnusableException(
          damaged(
              ledger, Objects.requireNonNull(ledger.getParent()), String.valueOf(e.getMessage())),
          e);
    }
  }

  /** One file alone must not go: with its id a member would forget its word. */
  private static String damaged(Path file, Path directory, String reason) {
    return "%s cannot be used: %s. If no later release of Phalanx wrote it, it is damaged: move all of %s away, and the other members let this node in anew"
        .formatted(file, reason, directory);
  }

  private static void dropUnfinished(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file :
          files.filter(file -> file.toString().endsWith(OwnDirectory.UNFINISHED)).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The same for as long as this directory is there. */
  public String memberId() {
    return memberId;
  }

  /** What was there when it was opened. */
  public Acceptor found() {
    return found;
  }

  /** On disk when this returns. */
  void save(Acceptor acceptor) throws IOException {
    OwnDirectory.write(directory.resolve(LEDGER), LedgerFormat.bytes(acceptor));
  }

  /**
   * Whether there is room for some more.
   *
   * @throws IOException if not
   */
  void tryOut() throws IOException {
    Path room = directory.resolve(ROOM);
    OwnDirectory.write(room, new byte[ROOM_BYTES]);
    Files.delete(room);
  }

  /** Whether there is a content with this hash. */
  boolean hasContent(String hash) {
    return Files.exists(file(hash));
  }

  Optional<byte[]> content(String hash) throws IOException {
    Path file = file(hash);
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  /** On disk when this returns. */
  void keepContent(String hash, byte[] sealed) throws IOException {
    if (!hasContent(hash)) {
      OwnDirectory.write(file(hash), sealed);
    }
  }

  /** The same content, sealed in another way. On disk when this returns. */
  void replaceContent(String hash, byte[] sealed) throws IOException {
    OwnDirectory.write(file(hash), sealed);
  }

  /**
   * Makes room for a content that can be read. The one that cannot is kept for as long as that.
   *
   * @return where
   */
  Path setAside(String hash) throws IOException {
    Path aside = file(hash + DAMAGED);
    OwnDirectory.place(file(hash), aside);
    return aside;
  }

  /** The hashes of all contents that are here. */
  List<String> contents() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(CONTENTS))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(OwnDirectory.UNFINISHED) && !name.endsWith(DAMAGED))
          .toList();
    }
  }

  /** Drops the contents with other hashes. */
  void retainContents(Set<String> hashes) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(CONTENTS))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        String hash =
            name.endsWith(DAMAGED) ? name.substring(0, name.length() - DAMAGED.length()) : name;
        if (!hashes.contains(hash) && !name.endsWith(OwnDirectory.UNFINISHED)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Where a content is, or would be. */
  Path file(String hash) {
    return directory.resolve(CONTENTS).resolve(hash);
  }

  @Override
  public void close() throws IOException {
    own.close();
  }
}
