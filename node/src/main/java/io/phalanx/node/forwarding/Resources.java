package io.phalanx.node.forwarding;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What there is for all that is forwarded.
 *
 * @param memory bytes for what is on its way, see {@link StalledBodies}
 * @param connections that one server may have, if they serve one request at a time
 */
record Resources(long memory, int connections) {
  /** One server that does not answer is not to take the descriptors of all others. */
  private static final int PART_OF_DESCRIPTORS = 4;

  private static final long LEAST_CONNECTIONS = 128;

  Resources {
    if (memory < 1 || connections < 1) {
      throw new IllegalArgumentException(memory + " bytes, " + connections + " connections");
    }
  }

  /** The smaller one of the heap and what is beside it; a quarter of the descriptors. */
  static Resources ofThisProcess() {
    long heap = Runtime.getRuntime().maxMemory();
    String direct =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxDirectMemorySize")
            .getValue();
    long set = Long.parseLong(direct);
    return new Resources(set == 0 ? heap : Math.min(heap, set), connections(descriptors()));
  }

  private static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Integer.MAX_VALUE;
  }

  private static int connections(long descriptors) {
    return (int)
        Math.clamp(descriptors / PART_OF_DESCRIPTORS, LEAST_CONNECTIONS, Integer.MAX_VALUE);
  }

  /** What one of several threads has of it. */
  Resources share(int threads) {
    return new Resources(memory / threads, Math.max(1, connections / threads));
  }
}
