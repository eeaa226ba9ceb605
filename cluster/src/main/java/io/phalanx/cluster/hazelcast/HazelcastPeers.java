package io.phalanx.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.phalanx.cluster.ledger.LedgerKeeper;
import io.phalanx.cluster.ledger.Peers;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The other members of the cluster, who answer on threads of their executor. */
final class HazelcastPeers implements Peers {
  /** Where a member keeps its {@link LedgerKeeper} for those who ask. */
  static final String KEEPER = "phalanx.keeper";

  private final HazelcastInstance instance;
  private final Departing departing;

  HazelcastPeers(HazelcastInstance instance, Departing departing) {
    this.instance = instance;
    this.departing = departing;
  }

  private static @Nullable String id(Member member) {
    return member.getAttribute(HazelcastFleet.ID_ATTRIBUTE);
  }

  @Override
  public Set<String> present() {
    var ids = new HashSet<String>();
    for (Member member : instance.getCluster().getMembers()) {
      String id = id(member);
      if (!member.localMember() && id != null && !departing.contains(member)) {
        ids.add(id);
      }
    }
    return ids;
  }

  @Override
  public CompletionStage<byte[]> ask(String id, byte[] call) {
    var answer = new CompletableFuture<byte[]>();
    try {
      for (Member member : instance.getCluster().getMembers()) {
        if (!member.localMember() && id.equals(id(member))) {
          instance
              .getExecutorService(Joining.CALLS)
              .submitToMember(new MemberCall(call), member, new Completion(answer));
          return answer;
        }
      }
      answer.completeExceptionally(new IllegalStateException("member " + id + " is not here"));
    } catch (RuntimeException e) {
      // A stopped instance, or one whose queue is full.
      answer.completeExceptionally(e);
    }
    return answer;
  }

  private record Completion(CompletableFuture<byte[]> answer) implements ExecutionCallback<byte[]> {
    @Override
    public void onResponse(byte[] response) {
      answer.complete(response);
    }

    @Override
    public void onFailure(Throwable failure) {
      answer.completeExceptionally(failure);
    }
  }

  /** A call on its way to another member. */
  static final class MemberCall extends MemberTask<byte[]> {
    static final int TYPE = 3;

    private static final long serialVersionUID = 1;

    private byte[] call;

    MemberCall() {
      this(new byte[0]);
    }

    private MemberCall(byte[] call) {
      this.call = call;
    }

    @Override
    public byte[] call() throws IOException {
      return kept(KEEPER, LedgerKeeper.class).answer(call);
    }

    @Override
    public int getClassId() {
      return TYPE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeByteArray(call);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      byte @Nullable [] bytes = in.readByteArray();
      if (bytes == null) {
        throw new IOException("a call without content");
      }
      call = bytes;
    }
  }
}
