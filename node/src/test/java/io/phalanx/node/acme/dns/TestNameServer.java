package io.phalanx.node.acme.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * A real name server that has the records it is given, and takes updates, signed if it has a key.
 */
public final class TestNameServer implements AutoCloseable {
  private static final int MAX_MESSAGE = 65_535;

  private final DatagramSocket socket;
  private final List<Record> records = new CopyOnWriteArrayList<>();
  private final List<Message> asked = new CopyOnWriteArrayList<>();
  private volatile Optional<TSIG> key = Optional.empty();
  private volatile int refusal = Rcode.NOERROR;
  private volatile boolean forgetsToSign;
  private final AtomicInteger losses = new AtomicInteger();
  private volatile Runnable whenUpdated = () -> {};

  public TestNameServer() throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    Thread.ofVirtual().name("name-server").start(this::serve);
  }

  /**
   * @param text as in a zone file: {@code a.test. TXT "x"}
   */
  public TestNameServer with(String text) throws IOException {
    String[] parts = text.split(" ", 3);
    records.add(
        Record.fromString(
            Name.fromString(parts[0]), Type.value(parts[1]), DClass.IN, 60, parts[2], Name.root));
    return this;
  }

  public TestNameServer withZone(String zone) throws IOException {
    return with(zone + " SOA ns.test. ops.test. 1 60 60 60 60");
  }

  /** Takes no update without it. */
  public TestNameServer withKey(TSIG required) {
    key = Optional.of(required);
    return this;
  }

  /** Answers none of the next updates. */
  void lose(int updates) {
    losses.set(updates);
  }

  /** What happens before an update is answered. */
  public void whenUpdated(Runnable event) {
    whenUpdated = event;
  }

  void forgetToSign() {
    forgetsToSign = true;
  }

  /** From now on all questions are refused. */
  public void refuse(int code) {
    refusal = code;
  }

  int port() {
    return socket.getLocalPort();
  }

  public ServerAddress address() {
    return new ServerAddress("127.0.0.1", port());
  }

  public List<Message> asked() {
    return List.copyOf(asked);
  }

  public List<String> texts(String name) {
    return records.stream()
        .filter(record -> record.getName().toString(true).equals(name))
        .filter(TXTRecord.class::isInstance)
        .map(record -> String.join("", ((TXTRecord) record).getStrings()))
        .toList();
  }

  private void serve() {
    var packet = new DatagramPacket(new byte[MAX_MESSAGE], MAX_MESSAGE);
    while (!socket.isClosed()) {
      try {
        packet.setLength(MAX_MESSAGE);
        socket.receive(packet);
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        var question = new Message(bytes);
        boolean isUpdate = question.getHeader().getOpcode() == Opcode.UPDATE;
        if (isUpdate && losses.getAndDecrement() > 0) {
          continue;
        }
        byte[] answer = answer(question, bytes).toWire(MAX_MESSAGE);
        if (isUpdate) {
          whenUpdated.run();
        }
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException _) {
        // Closed, or nothing that can be answered.
      }
    }
  }

  private Message answer(Message question, byte[] bytes) {
    asked.add(question);
    var answer = new Message(question.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setOpcode(question.getHeader().getOpcode());
    answer.addRecord(question.getQuestion(), Section.QUESTION);
    if (refusal != Rcode.NOERROR) {
      answer.getHeader().setRcode(refusal);
    } else if (question.getHeader().getOpcode() == Opcode.UPDATE) {
      update(question, bytes, answer);
    } else {
      find(question.getQuestion(), answer);
    }
    return answer;
  }

  private void find(Record wanted, Message answer) {
    answer.getHeader().setFlag(Flags.AA);
    Name name = wanted.getName();
    var found = new ArrayList<Record>();
    boolean isKnown = false;
    for (Record record : records) {
      boolean isName = record.getName().equals(name);
      isKnown |= isName || record.getName().subdomain(name);
      if (isName && (record.getType() == wanted.getType() || record instanceof CNAMERecord)) {
        found.add(record);
      }
    }
    found.forEach(record -> answer.addRecord(record, Section.ANSWER));
    if (!isKnown) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    }
  }

  private void update(Message question, byte[] bytes, Message answer) {
    if (key.isPresent()) {
      boolean isSigned =
          question.getTSIG() != null && key.get().verify(question, bytes, null) == Rcode.NOERROR;
      if (!isSigned) {
        answer.getHeader().setRcode(Rcode.NOTAUTH);
        return;
      }
    }
    Name zone = question.getQuestion().getName();
    boolean isZone =
        records.stream()
            .anyMatch(record -> record.getType() == Type.SOA && record.getName().equals(zone));
    if (!isZone) {
      answer.getHeader().setRcode(Rcode.NOTZONE);
    } else {
      question.getSection(Section.UPDATE).forEach(this::apply);
    }
    if (key.isPresent() && !forgetsToSign) {
      answer.setTSIG(key.get(), Rcode.NOERROR, question.getTSIG());
    }
  }

  /** As RFC 2136 has it in section 3.4.2. */
  private void apply(Record change) {
    switch (change.getDClass()) {
      case DClass.IN -> {
        if (records.stream().noneMatch(record -> isSame(record, change))) {
          records.add(change);
        }
      }
      case DClass.NONE -> records.removeIf(record -> isSame(record, change));
      default -> records.removeIf(record -> record.getName().equals(change.getName()));
    }
  }

  private static boolean isSame(Record a, Record b) {
    return a.getName().equals(b.getName())
        && a.getType() == b.getType()
        && a.rdataToString().equals(b.rdataToString());
  }

  @Override
  public void close() {
    socket.close();
  }
}
