package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Something that another member is to do, on a thread of one of its executors. */
abstract class MemberTask<T>
    implements Callable<T>, IdentifiedDataSerializable, HazelcastInstanceAware {
  private static final long serialVersionUID = 1;

  private transient @Nullable HazelcastInstance instance;

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    this.instance = instance;
  }

  /** Where it is done. */
  final HazelcastInstance instance() {
    HazelcastInstance here = instance;
    if (here == null) {
      throw new RejectedExecutionException("this is done by nobody yet");
    }
    return here;
  }

  /**
   * What the member keeps for such tasks.
   *
   * @throws RejectedExecutionException if it does not yet
   */
  final <C> C kept(String key, Class<C> type) {
    Object found = instance().getUserContext().get(key);
    if (!type.isInstance(found)) {
      throw new RejectedExecutionException("this member keeps no " + type.getSimpleName());
    }
    return type.cast(found);
  }

  @Override
  public final int getFactoryId() {
    return CommandProcessor.FACTORY;
  }
}
