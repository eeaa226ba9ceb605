package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.revision.Revision;
import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.tree.Tree;
import io.phalanx.secrets.OffHeap;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentsTest {
  private final Contents contents = new Contents();

  private static RevisionContent content(String problem) {
    return RevisionContent.of(Tree.Mapping.EMPTY)
        .with(
            "file",
            new Snapshot(DynamicConfig.EMPTY, List.of(new Problem("f", 1, "http", problem))));
  }

  private static Revision revision(OffHeap text) {
    return new Revision(1, "author", Instant.EPOCH, text);
  }

  /** The same text, which another member sent. */
  private static OffHeap received(OffHeap text) {
    return text.lend(bytes -> OffHeap.taken(bytes.clone()));
  }

  @Test
  void whatThisNodeOffersIsNotReadAgainUntilItIsSettled() throws Exception {
    RevisionContent offered = content("one");
    OffHeap text = contents.offer(offered);

    assertThat(contents.of(revision(text))).isSameAs(offered);
    assertThat(contents.of(revision(received(text)))).isSameAs(offered);
    contents.settled();
    assertThat(contents.of(revision(text))).isEqualTo(offered).isNotSameAs(offered);
  }

  @Test
  void theActiveOneIsNotReadAgain() throws Exception {
    RevisionContent active = content("one");
    OffHeap text = active.encode();
    contents.activated(revision(text), active);
    OffHeap other = contents.offer(content("two"));

    assertThat(contents.of(revision(received(text)))).isSameAs(active);
    assertThat(contents.of(revision(other))).isEqualTo(content("two"));
    assertThat(contents.of(revision(content("three").encode()))).isEqualTo(content("three"));
  }
}
