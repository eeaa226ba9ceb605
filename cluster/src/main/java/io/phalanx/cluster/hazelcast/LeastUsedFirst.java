package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.EntryView;
import com.hazelcast.map.MapEvictionPolicyComparator;

/**
 * Which of some buckets goes first where there is no room: the one that was used least recently,
 * and of those used in the same second the one that was used least. Hazelcast knows seconds only,
 * in which a flood of new keys may fill a map and have a bucket dropped that is in use all the
 * time.
 */
final class LeastUsedFirst implements MapEvictionPolicyComparator<Object, Object> {
  private static final long serialVersionUID = 1;

  @Override
  public int compare(EntryView<Object, Object> one, EntryView<Object, Object> other) {
    int byTime = Long.compare(lastUse(one), lastUse(other));
    return byTime != 0 ? byTime : Long.compare(one.getHits(), other.getHits());
  }

  private static long lastUse(EntryView<Object, Object> bucket) {
    return Math.max(bucket.getLastAccessTime(), bucket.getCreationTime());
  }
}
