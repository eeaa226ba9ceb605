package io.phalanx.providers.file;

import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Secret;
import io.phalanx.providers.tree.Tree;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

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
  private @Nullable WeakReference<Tree.Mapping> tree;

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
    Tree.Mapping known = tree == null ? null : tree.get();
    if (known == null) {
      known = DynamicConfigReader.tree(source, text.value());
      tree = new WeakReference<>(known);
    }
    return known;
  }
}
