package io.phalanx.cluster.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.phalanx.cluster.quota.Account;
import io.phalanx.cluster.quota.AccountFormat;
import org.jspecify.annotations.Nullable;

/** After a split, what both sides drew from an account counts. */
final class BothCount
    implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]>,
        IdentifiedDataSerializable {
  static final int TYPE = 6;

  private static final long serialVersionUID = 1;

  @Override
  public byte[] merge(MergingValue<byte[]> merging, @Nullable MergingValue<byte[]> existing) {
    byte[] theirs = merging.getDeserializedValue();
    byte @Nullable [] ours = existing == null ? null : existing.getDeserializedValue();
    return AccountFormat.bytes(
        Account.merged(
            ours == null ? null : AccountFormat.account(ours), AccountFormat.account(theirs)));
  }

  @Override
  public int getFactoryId() {
    return CommandProcessor.FACTORY;
  }

  @Override
  public int getClassId() {
    return TYPE;
  }

  @Override
  public void writeData(ObjectDataOutput out) {
    // It has no state.
  }

  @Override
  public void readData(ObjectDataInput in) {
    // It has no state.
  }
}
