package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.phalanx.cluster.budget.Bucket;
import io.phalanx.cluster.budget.BucketFormat;
import io.phalanx.cluster.budget.BucketFormat.Wish;
import io.phalanx.cluster.budget.Drawn;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A draw on its way to the bucket's owner, by whose monotonic clock it is done. */
final class DrawProcessor
    implements EntryProcessor<String, byte[], byte[]>,
        IdentifiedDataSerializable,
        HazelcastInstanceAware {
  /** The same on all members, for good. */
  static final int FACTORY = 7001;

  static final DataSerializableFactory SERIALIZATION =
      type -> type == Kept.TYPE ? new Kept() : new DrawProcessor();

  private static final long serialVersionUID = 1;
  private static final int TYPE = 1;
  private static final byte[] NOTHING = {};

  /** How long a bucket stays after it is full again. */
  private static final Duration KEPT_WHEN_FULL = Duration.ofSeconds(10);

  private byte[] wish;
  private transient String owner = "";
  private transient @Nullable Kept kept;

  private DrawProcessor() {
    this(NOTHING);
  }

  DrawProcessor(byte[] wish) {
    this.wish = wish;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    owner = instance.getCluster().getLocalMember().getUuid().toString();
  }

  @Override
  public byte[] process(Map.Entry<String, byte[]> entry) {
    Wish asked = BucketFormat.wish(wish);
    long now = System.nanoTime();
    byte @Nullable [] known = entry.getValue();
    Bucket bucket =
        known == null ? new Bucket(asked.limit(), owner, now) : BucketFormat.bucket(known);
    Drawn drawn = bucket.draw(asked.draw(), owner, now);
    long millis = TimeUnit.NANOSECONDS.toMillis(bucket.untilFull()) + KEPT_WHEN_FULL.toMillis() + 1;
    var state = new Kept(BucketFormat.bytes(bucket), millis);
    state.store(entry);
    kept = state;
    return BucketFormat.bytes(drawn);
  }

  /** Backups get what came of it: their clocks show something else. */
  @Override
  public @Nullable EntryProcessor<String, byte[], byte[]> getBackupProcessor() {
    return kept;
  }

  @Override
  public int getFactoryId() {
    return FACTORY;
  }

  @Override
  public int getClassId() {
    return TYPE;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeByteArray(wish);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    wish = read(in);
  }

  private static byte[] read(ObjectDataInput in) throws IOException {
    byte @Nullable [] bytes = in.readByteArray();
    if (bytes == null) {
      throw new IOException("a budget without content");
    }
    return bytes;
  }

  /** A bucket on its way to a backup. */
  static final class Kept
      implements EntryProcessor<String, byte[], byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1;
    private static final int TYPE = 2;

    private byte[] bucket;
    private long millis;

    private Kept() {
      this(NOTHING, 0);
    }

    Kept(byte[] bucket, long millis) {
      this.bucket = bucket;
      this.millis = millis;
    }

    void store(Map.Entry<String, byte[]> entry) {
      var _ =
          ((ExtendedMapEntry<String, byte[]>) entry)
              .setValue(bucket, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public byte[] process(Map.Entry<String, byte[]> entry) {
      store(entry);
      return NOTHING;
    }

    @Override
    public int getFactoryId() {
      return FACTORY;
    }

    @Override
    public int getClassId() {
      return TYPE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeByteArray(bucket);
      out.writeLong(millis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      bucket = read(in);
      millis = in.readLong();
    }
  }
}
