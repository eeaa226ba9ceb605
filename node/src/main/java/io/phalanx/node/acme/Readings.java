package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the documents of one kind hold; each is read once, until it changes. */
final class Readings<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Readings.class);

  private final Predicate<String> isOne;
  private final Function<byte[], T> format;
  private final String trouble;
  private Map<String, Read<T>> known = new HashMap<>();

  private record Read<T>(String hash, Optional<T> content) {}

  /**
   * @param isOne whether a document of that name is of this kind
   * @param format throws an {@link IllegalStateException} for what it cannot read
   * @param trouble what the log says of such a one
   */
  Readings(Predicate<String> isOne, Function<byte[], T> format, String trouble) {
    this.isOne = isOne;
    this.format = format;
    this.trouble = trouble;
  }

  /** By the names of their documents, without those that cannot be read. */
  synchronized SortedMap<String, T> of(SortedMap<String, Document> documents) {
    var next = new HashMap<String, Read<T>>();
    var contents = new TreeMap<String, T>();
    documents.forEach(
        (name, document) -> {
          if (isOne.test(name)) {
            Read<T> before = known.get(name);
            Read<T> now =
                before != null && before.hash().equals(document.hash()) ? before : read(document);
            next.put(name, now);
            now.content().ifPresent(content -> contents.put(name, content));
          }
        });
    known = next;
    return contents;
  }

  private Read<T> read(Document document) {
    try {
      return new Read<>(document.hash(), Optional.of(document.content().lend(format::apply)));
    } catch (IllegalStateException e) {
      LOG.error("document {} {}: {}", document.name(), trouble, e.getMessage());
      return new Read<>(document.hash(), Optional.empty());
    }
  }
}
