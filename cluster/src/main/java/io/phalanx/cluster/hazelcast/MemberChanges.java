package io.phalanx.cluster.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;

/**
 * Members came or went.
 *
 * @param then what is done after each change; it must not wait
 */
record MemberChanges(Runnable then) implements MembershipListener {
  @Override
  public void memberAdded(MembershipEvent event) {
    then.run();
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    then.run();
  }
}
