package io.phalanx.node.sticky;

import io.phalanx.node.exchange.Trail;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the sessions of a service may be at, under the values that stand for it: the same on every
 * node and after every reload, because they are made of names alone.
 */
public final class Places<T> {
  private static final int VALUE_LENGTH = 16;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Map<String, Place<T>> byValue = new HashMap<>();
  private final Map<String, Place<T>> byOldValue = new HashMap<>();
  private final IdentityHashMap<T, Place<T>> places = new IdentityHashMap<>();
  private final Predicate<T> isUp;

  /**
   * One of them.
   *
   * @param name the server's URL as it was written, or the service's name as its parent has it
   * @param server the URL as {@link Trail#server} has it; empty if it is no server
   * @param value what stands for it: the first 16 hexadecimal digits of the name's SHA-256
   */
  record Place<T>(T of, String name, String server, String value) {}

  private Places(Predicate<T> isUp) {
    this.isUp = isUp;
  }

  /** What a place is made of, as {@link Place} has it. */
  public record Named<T>(T of, String name, String server) {}

  /**
   * @param isUp whether requests may be sent there now
   */
  public static <T> Places<T> of(List<Named<T>> all, Predicate<T> isUp) {
    var places = new Places<T>(isUp);
    for (Named<T> named : all) {
      String name = named.name();
      var place = new Place<>(named.of(), name, named.server(), value(name));
      places.byValue.put(place.value(), place);
      places.byOldValue.put(name, place);
      places.byOldValue.put(fnv(name), place);
      places.byOldValue.put(fnv(fnv(name)), place);
      places.places.put(named.of(), place);
    }
    return places;
  }

  List<Place<T>> all() {
    return List.copyOf(byValue.values());
  }

  Optional<Place<T>> ofValue(String value) {
    return Optional.ofNullable(byValue.get(value));
  }

  /** By what Traefik set in former versions: the name itself, or its hash. */
  Optional<Place<T>> ofOldValue(String value) {
    return Optional.ofNullable(byOldValue.get(value));
  }

  Optional<Place<T>> of(T chosen) {
    return Optional.ofNullable(places.get(chosen));
  }

  /** Whether a request whose way so far is {@code trail} may go there. */
  boolean isOpen(Place<T> place, Trail trail) {
    return isUp.test(place.of()) && !isSilent(place, trail);
  }

  private static boolean isSilent(Place<?> place, Trail trail) {
    return !place.server().isEmpty() && place.server().equals(trail.unanswered());
  }

  /** What {@code pick} gives, once more if that is where there was no answer a moment ago. */
  Optional<T> pick(Supplier<Optional<T>> pick, Trail trail) {
    Optional<T> first = pick.get();
    if (trail.unanswered().isEmpty()
        || first.flatMap(this::of).filter(place -> isSilent(place, trail)).isEmpty()) {
      return first;
    }
    return pick.get();
  }

  private static String value(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, VALUE_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** FNV-1, 64 bits, in hexadecimal digits without zeros in front. */
  private static String fnv(String text) {
    long hash = FNV_OFFSET;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash * FNV_PRIME) ^ (b & 0xff);
    }
    return Long.toHexString(hash);
  }
}
