package org.xnio;

import javax.management.MBeanServer;

/**
 * In the place of XNIO's class of this name, which starts the platform's MBean server to show
 * workers there: that takes a tenth of the start, and nobody looks. XNIO does without where there
 * is none.
 */
final class Xnio$MBeanHolder {
  private Xnio$MBeanHolder() {}

  /** What the compiler of old called the way to a private field of a nested class. */
  @SuppressWarnings("DoNotCallSuggester") // XNIO calls it.
  static MBeanServer access$000() {
    throw new UnsupportedOperationException("workers are not shown as MBeans");
  }
}
