package io.phalanx.cluster.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.Sha256;
import io.phalanx.cluster.disk.OwnDirectory;
import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.key.Sealing;
import io.phalanx.cluster.lease.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents of a node on its own: a file for each, sealed, whose name is a hash of the document's.
 */
final class LocalDocuments implements Documents, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalDocuments.class);
  private static final Bytes FORMAT = new Bytes("documents", 1);
  private static final byte[] CONTEXT = "document".getBytes(UTF_8);
  private static final String SUFFIX = ".document";
  private static final String DAMAGED = ".damaged";

  private final Path directory;
  private final Sealing sealing;
  private final OwnDirectory own;

  // Guarded by this.
  private final TreeMap<String, Document> documents = new TreeMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private final List<Consumer<SortedMap<String, Document>>> listeners = new ArrayList<>();

  private LocalDocuments(Path directory, Sealing sealing, OwnDirectory own) {
    this.directory = directory;
    this.sealing = sealing;
    this.own = own;
  }

  /**
   * A file that cannot be read is told by its name and set aside; the others count.
   *
   * @param directory it is made if it is not there
   * @throws IOException if it cannot be used, or another process uses it
   */
  static LocalDocuments open(Path directory, Sealing sealing) throws IOException {
    var documents = new LocalDocuments(directory, sealing, OwnDirectory.open(directory));
    try {
      documents.read();
      return documents;
    } catch (IOException | RuntimeException e) {
      documents.own.close();
      throw e;
    }
  }

  private synchronized void read() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.endsWith(OwnDirectory.UNFINISHED)) {
        Files.delete(file);
      } else if (name.endsWith(SUFFIX)) {
        read(file);
      }
    }
  }

  private void read(Path file) throws IOException {
    try {
      Document document =
          FORMAT.read(
              sealing.open(Files.readAllBytes(file), CONTEXT),
              in -> Document.of(in.readUTF(), in.readAllBytes()));
      documents.put(document.name(), document);
    } catch (Sealing.BrokenSealException | IllegalStateException e) {
      Path aside = file.resolveSibling(file.getFileName() + DAMAGED);
      OwnDirectory.place(file, aside);
      LOG.error("{} cannot be read and is {} now: {}", file, aside.getFileName(), e.getMessage());
    }
  }

  private Path file(String name) {
    return directory.resolve(HexFormat.of().formatHex(Sha256.of(name), 0, 16) + SUFFIX);
  }

  @Override
  public synchronized SortedMap<String, Document> all() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(documents));
  }

  @Override
  public synchronized void subscribe(Consumer<SortedMap<String, Document>> listener) {
    listeners.add(listener);
    listener.accept(all());
  }

  @Override
  public Outcome put(Lease under, String name, Optional<Document> before, byte[] content) {
    if (content.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "document " + name + " has " + content.length + " bytes, at most " + MAX_BYTES);
    }
    return change(under, name, before, Optional.of(Document.of(name, content)));
  }

  @Override
  public Outcome remove(Lease under, Document before) {
    return change(under, before.name(), Optional.of(before), Optional.empty());
  }

  private synchronized Outcome change(
      Lease under, String name, Optional<Document> before, Optional<Document> after) {
    Optional<String> there = Optional.ofNullable(documents.get(name)).map(Document::hash);
    if (there.equals(after.map(Document::hash))) {
      return new Outcome.Written(after);
    }
    if (under.epoch() < epochs.getOrDefault(under.name(), 0L)) {
      return new Outcome.Superseded("lease " + under.name() + " is another one's by now");
    }
    if (!there.equals(before.map(Document::hash))) {
      return new Outcome.Overtaken();
    }
    if (there.isEmpty() && documents.size() >= MAX_COUNT) {
      return new Outcome.Unavailable("there are " + MAX_COUNT + " documents already");
    }
    try {
      if (after.isPresent()) {
        OwnDirectory.write(file(name), sealed(after.get()));
        documents.put(name, after.get());
      } else {
        Files.deleteIfExists(file(name));
        documents.remove(name);
      }
    } catch (IOException e) {
      LOG.debug("a document cannot be kept", e); // Whoever wants it kept tells it, once.
      return new Outcome.Unavailable("a document cannot be kept: " + e.getMessage());
    }
    epochs.put(under.name(), under.epoch());
    SortedMap<String, Document> now = all();
    listeners.forEach(listener -> tell(listener, now));
    return new Outcome.Written(after);
  }

  private static void tell(
      Consumer<SortedMap<String, Document>> listener, SortedMap<String, Document> now) {
    try {
      listener.accept(now);
    } catch (RuntimeException e) {
      LOG.error("documents could not be taken over", e);
    }
  }

  private byte[] sealed(Document document) {
    return document
        .content()
        .lend(
            content ->
                sealing.seal(
                    FORMAT.write(
                        out -> {
                          out.writeUTF(document.name());
                          out.write(content);
                        }),
                    CONTEXT));
  }

  @Override
  public Optional<String> catchUp() {
    return Optional.empty();
  }

  @Override
  public Optional<String> awaitEverywhere(Duration limit) {
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      own.close();
    } catch (IOException e) {
      LOG.warn("{} cannot be closed: {}", directory, e.getMessage());
    }
  }
}
