package io.phalanx.node.middleware;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is said once, however many routers a configuration has and however often it is compiled. */
public final class Notices {
  private static final int MOST = 1_000;

  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Whether nobody was told so yet; beyond {@value #MOST} notices nobody is. */
  boolean isNew(String notice) {
    return told.size() < MOST && told.add(notice);
  }
}
