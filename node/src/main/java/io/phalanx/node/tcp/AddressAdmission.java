package io.phalanx.node.tcp;

import io.phalanx.node.address.AddressRange;
import java.net.InetAddress;
import java.util.List;

/** {@code ipAllowList}: closes connections from addresses that are in none of the ranges. */
public final class AddressAdmission implements Admission {
  private final List<AddressRange> ranges;

  /**
   * @throws IllegalArgumentException if there is no range, or one cannot be read
   */
  public AddressAdmission(List<String> ranges) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("sourceRange must not be empty");
    }
    this.ranges = ranges.stream().map(text -> AddressRange.parse(text.strip())).toList();
  }

  @Override
  public void admit(TcpClient client, Runnable behind) {
    if (isAllowed(client.peer().address())) {
      behind.run();
    } else {
      client.close();
    }
  }

  private boolean isAllowed(InetAddress address) {
    for (AddressRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
