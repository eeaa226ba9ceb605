package io.phalanx.node.tls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine of Conscrypt copies by way of. By itself it takes 16 KiB outside of the heap for
 * that with its first words, and keeps them until it is collected, also if its connection is idle.
 * So it is lent a buffer of the thread's, for as long as a call takes.
 */
final class NativeScratch {
  private static final Logger LOG = LoggerFactory.getLogger(NativeScratch.class);

  /** A record, with what encryption adds. */
  private static final int SIZE = 17 << 10;

  private static final ThreadLocal<ByteBuffer> OF_THREAD =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SIZE));

  /**
   * Takes an engine and a buffer. Does nothing, as was told, where this Conscrypt has no such
   * place.
   */
  private static final MethodHandle SET = find();

  private NativeScratch() {}

  private static MethodHandle find() {
    MethodType type = MethodType.methodType(void.class, SSLEngine.class, ByteBuffer.class);
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Field inner = Class.forName("org.conscrypt.Java8EngineWrapper").getDeclaredField("delegate");
      inner.setAccessible(true);
      Field place =
          Class.forName("org.conscrypt.ConscryptEngine").getDeclaredField("lazyDirectBuffer");
      place.setAccessible(true);
      return MethodHandles.filterArguments(
              lookup.unreflectSetter(place), 0, lookup.unreflectGetter(inner))
          .asType(type);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("connections of Conscrypt take 16 KiB more each: {}", e.toString());
      return MethodHandles.empty(type);
    }
  }

  /**
   * Until it is given back by the same thread. Threads that there are many of have none to lend.
   */
  static void lend(SSLEngine engine) {
    if (!Thread.currentThread().isVirtual()) {
      set(engine, OF_THREAD.get());
    }
  }

  static void takeBack(SSLEngine engine) {
    if (!Thread.currentThread().isVirtual()) {
      set(engine, null);
    }
  }

  private static void set(SSLEngine engine, @Nullable ByteBuffer buffer) {
    try {
      SET.invokeExact(engine, buffer);
    } catch (Throwable e) {
      throw new IllegalStateException("an engine of another kind than Conscrypt's", e);
    }
  }
}
