package io.phalanx.node.settings;

import io.phalanx.providers.tree.Decoding;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Shape;
import io.phalanx.providers.tree.Tree;
import java.util.Optional;

/** An address is one text. */
final class AddressShape implements Shape<Address> {
  @Override
  public Optional<Address> decode(Tree tree, String path, Decoding decoding) {
    try {
      if (tree instanceof Tree.Scalar scalar) {
        return Optional.of(Address.parse(scalar.text()));
      }
      decoding.report(tree.place(), path, "is required: an address such as :80 or 127.0.0.1:8080");
    } catch (IllegalArgumentException e) {
      decoding.report(tree.place(), path, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  @Override
  public Tree encode(Address value, Encoder encoder) {
    return Tree.Scalar.of(value.toString(), Place.NONE);
  }
}
