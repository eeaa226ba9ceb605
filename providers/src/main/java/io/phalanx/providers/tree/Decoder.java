package io.phalanx.providers.tree;

import java.util.Map;
import java.util.Optional;

/**
 * Makes records of trees, strictly and by the records' own components: a key is the name of a
 * component in any case.
 *
 * <ul>
 *   <li>Absent options have the value of their {@link Default}; text without one is required,
 *       numbers are 0, truth is false, an {@code Optional}, a list or a map is empty, a nested
 *       record is made of its defaults.
 *   <li>A list is a list, one comma-separated scalar, or a block whose keys are numbers, in their
 *       order; truth is what Go's ParseBool takes; durations are {@link GoDuration}'s; constants of
 *       enums match whatever their case, dashes and underscores.
 *   <li>A block of options that is there without an option is a mistake, as in Traefik, unless it
 *       is {@link AllowEmpty}. Not so a map without entries: it says what its absence says.
 *   <li>What a record's constructor refuses ({@link IllegalArgumentException}) is a mistake at the
 *       record's path. It is asked also where an option could not be read, with its default; if it
 *       then names that option, the default alone may be the reason, and nothing is told.
 *   <li>A mistake takes down what it is in, up to the nearest object with a name (the value of a
 *       map) or {@link Section}. All mistakes are reported, not only the first; of more than {@link
 *       ReadLimits#MAX_PROBLEMS} the number.
 * </ul>
 */
public final class Decoder {
  private final Map<Class<?>, Shape<?>> shapes;

  /**
   * @param shapes how values of some types are written that are not read by their components
   */
  public Decoder(Map<Class<?>, Shape<?>> shapes) {
    this.shapes = Map.copyOf(shapes);
  }

  public <T extends Record> Decoded<T> decode(Tree.Mapping tree, Class<T> type) {
    return decode(tree, type, false);
  }

  /**
   * Like {@link #decode}, but what has a mistake stays where it can be made, with the defaults of
   * what could not be read: not to be served, but to be looked at for more mistakes.
   */
  public <T extends Record> Decoded<T> draft(Tree.Mapping tree, Class<T> type) {
    return decode(tree, type, true);
  }

  private <T extends Record> Decoded<T> decode(Tree.Mapping tree, Class<T> type, boolean draft) {
    var decoding = new Decoding(shapes, draft);
    Optional<T> value = decoding.record(tree, type, "");
    return new Decoded<>(value, decoding.problems());
  }

  /** Decodes each object of a section as soon as it is read. */
  <T extends Record> Decoded<T> decode(ValueStream text, Class<T> type) throws OverLimitException {
    var decoding = new Decoding(shapes, false);
    Optional<T> value = new StreamDecoding(decoding).record(text, type, "");
    return new Decoded<>(value, decoding.problems());
  }

  /** The encoder for what this decoder reads. */
  public Encoder encoder() {
    return new Encoder(shapes, false);
  }

  /** The encoder for what is shown to people: secrets are masked. */
  public Encoder maskingEncoder() {
    return new Encoder(shapes, true);
  }
}
