package io.phalanx.providers.file;

import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Secret;
import io.phalanx.providers.tree.Tree;
import java.lang.ref.WeakReference;

/**
 * Where in a file its objects stand, for mistakes that only show later. That is read once more when
 * it is asked for: it is ten times as large as the file, and there is seldom a mistake. Used by one
 * thread.
 */
final class Places {
  /** Of a file that cannot be read. */
  static final Places NONE = new Places("", new Secret(""));

  private final String source;
  private final Secret text;
  private WeakReference<Tree.Mapping> tree = new WeakReference<>(Tree.Mapping.EMPTY);
  private boolean read;

  /**
   * @param text with its template rendered
   */
  Places(String source, Secret text) {
    this.source = source;
    this.text = text;
  }

  Place of(Flaw flaw) {
    return Tree.placeOf(tree(), flaw.keys());
  }

  private Tree.Mapping tree() {
    Tree.Mapping known = read ? tree.get() : null;
    if (known != null) {
      return known;
    }
    Tree.Mapping again = DynamicConfigReader.read(source, text.value()).tree();
    tree = new WeakReference<>(again);
    read = true;
    return again;
  }
}
