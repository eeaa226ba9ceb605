package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import org.jspecify.annotations.NullMarked;

/** Which member keeps what is kept under a key, as the only member of this process sees it. */
@NullMarked
public final class KeyOwners {
  private KeyOwners() {}

  /**
   * @param stored what it is kept under
   * @return the id of a member, as {@code Fleet.self} tells it
   */
  public static String owner(String stored) {
    for (HazelcastInstance instance : Hazelcast.getAllHazelcastInstances()) {
      var owner = instance.getPartitionService().getPartition(stored).getOwner();
      if (owner != null) {
        return owner.getUuid().toString();
      }
    }
    throw new IllegalStateException("no member of this process knows who keeps " + stored);
  }
}
