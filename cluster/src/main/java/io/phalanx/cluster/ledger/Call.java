package io.phalanx.cluster.ledger;

import io.phalanx.cluster.revision.RevisionEntry;

/** What one member asks another, as it is sent. */
sealed interface Call {
  /** About the ledger. */
  record Ask(Request request) implements Call {}

  /** Whether it could serve this revision, whose content it keeps. */
  record Try(RevisionEntry entry, Sealed content) implements Call {}

  /** To keep a content. */
  record Keep(String hash, Sealed content) implements Call {
    public Keep {
      RevisionEntry.requireHash(hash);
    }
  }

  /** To give a content. */
  record Give(String hash) implements Call {
    public Give {
      RevisionEntry.requireHash(hash);
    }
  }

  /** To tell how it stands. */
  record Tell() implements Call {}

  /** Whether it has told its listeners the documents of that version of the ledger. */
  record Shown(long version) implements Call {}

  /** A sealed content. */
  final class Sealed {
    private final byte[] bytes;

    Sealed(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }
}
