package io.phalanx.node.tls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine of Conscrypt copies by way of. It would have 16 KiB outside of the heap of its own
 * for that from its first words on, until it is collected: as much as ten thousand idle connections
 * have none of. So it is lent that of the thread, for as long as a call takes.
 */
final class NativeScratch {
  private static final Logger LOG = LoggerFactory.getLogger(NativeScratch.class);

  /** A record, with what encryption adds. */
  private static final int SIZE = 17 << 10;

  private static final ThreadLocal<ByteBuffer> OF_THREAD =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SIZE));

  /** Takes an engine and a buffer; empty, and told, where this Conscrypt has another place. */
  private static final Optional<MethodHandle> PLACE = find();

  private static final MethodHandle SET =
      PLACE.orElseGet(
          () ->
              MethodHandles.empty(
                  MethodType.methodType(void.class, SSLEngine.class, ByteBuffer.class)));

  private NativeScratch() {}

  private static Optional<MethodHandle> find() {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Field inner = Class.forName("org.conscrypt.Java8EngineWrapper").getDeclaredField("delegate");
      inner.setAccessible(true);
      Field place =
          Class.forName("org.conscrypt.ConscryptEngine").getDeclaredField("lazyDirectBuffer");
      place.setAccessible(true);
      MethodHandle set =
          MethodHandles.filterArguments(
              lookup.unreflectSetter(place), 0, lookup.unreflectGetter(inner));
      return Optional.of(
          set.asType(MethodType.methodType(void.class, SSLEngine.class, ByteBuffer.class)));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("connections of Conscrypt take 16 KiB more each: {}", e.toString());
      return Optional.empty();
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
