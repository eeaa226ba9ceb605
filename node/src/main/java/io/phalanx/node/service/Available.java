package io.phalanx.node.service;

import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Something that is made of those of some things that are up, and made anew when others are. To ask
 * for it costs a look at one number. Thread-safe.
 *
 * @param <T> what may be up
 * @param <R> what is made of those that are
 */
public final class Available<T, R> {
  private final List<T> all;
  private final Predicate<T> isUp;
  private final LongSupplier changes;
  private final Function<List<T>, R> made;
  private volatile View<T, R> view;

  /**
   * @param seen the number of changes when it was made
   */
  private record View<T, R>(long seen, List<T> up, R made) {}

  /**
   * @param isUp asked again when {@code changes} gives another number
   * @param made called one at a time
   */
  public Available(
      List<T> all, Predicate<T> isUp, LongSupplier changes, Function<List<T>, R> made) {
    this.all = List.copyOf(all);
    this.isUp = isUp;
    this.changes = changes;
    this.made = made;
    long seen = changes.getAsLong();
    List<T> up = up();
    this.view = new View<>(seen, up, made.apply(up));
  }

  /** Of things whose health nobody looks at. */
  public static <T, R> Available<T, R> always(List<T> all, Function<List<T>, R> made) {
    return new Available<>(all, _ -> true, () -> 0, made);
  }

  private List<T> up() {
    return all.stream().filter(isUp).toList();
  }

  public R now() {
    return view().made();
  }

  public boolean isAnyUp() {
    return !view().up().isEmpty();
  }

  private View<T, R> view() {
    View<T, R> now = view;
    return now.seen() == changes.getAsLong() ? now : look();
  }

  private synchronized View<T, R> look() {
    long seen = changes.getAsLong();
    View<T, R> before = view;
    if (before.seen() != seen) {
      // What changes while this looks changes the number, and is looked at again.
      List<T> up = up();
      view = new View<>(seen, up, up.equals(before.up()) ? before.made() : made.apply(up));
    }
    return view;
  }
}
