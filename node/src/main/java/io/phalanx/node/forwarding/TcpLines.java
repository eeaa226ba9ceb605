package io.phalanx.node.forwarding;

import java.util.HashMap;
import java.util.Map;

/** Who waits for a connection to which server of TCP. Belongs to one I/O thread. */
final class TcpLines {
  private final ForwardingThread thread;
  private final Map<TcpTarget, ConnectLine> lines = new HashMap<>();

  TcpLines(ForwardingThread thread) {
    this.thread = thread;
  }

  ConnectLine line(TcpTarget target) {
    return lines.computeIfAbsent(target, _ -> new ConnectLine(thread));
  }

  /** An attempt is over: the line goes with the last one. */
  void left(TcpTarget target) {
    ConnectLine line = lines.get(target);
    if (line != null && line.isIdle()) {
      lines.remove(target);
    }
  }
}
