package io.phalanx.node.tls;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the platform staples. By itself it would ask responders in the middle of a handshake, on
 * threads that its contexts have for that; here a context has a stand-in for those threads, which
 * answers with what is held and never asks anybody. There is no other way than the platform's own
 * fields, which {@code --add-opens java.base/sun.security.ssl=ALL-UNNAMED} opens and which another
 * version of Java may not have: then it staples nothing.
 */
final class JdkStaples {
  private static final Logger LOG = LoggerFactory.getLogger(JdkStaples.class);

  /** Empty, and told, where this Java does not let them be set. */
  private static final Optional<JdkStaples> FOUND = find();

  private final Field context;
  private final Field responses;
  private final Field enabled;
  private final Constructor<?> newResponses;
  private final Field threads;
  private final Field asked;
  private final Field identity;
  private final Field answer;
  private final Constructor<?> newAnswer;

  private JdkStaples() throws ReflectiveOperationException {
    context = opened("SSLEngineImpl", "sslContext");
    responses = opened("SSLContextImpl", "statusResponseManager");
    enabled = opened("SSLContextImpl", "serverEnableStapling");
    newResponses = JdkTls.type("StatusResponseManager").getDeclaredConstructor();
    newResponses.setAccessible(true);
    threads = opened("StatusResponseManager", "threadMgr");
    asked = opened("StatusResponseManager$OCSPFetchCall", "statInfo");
    identity = opened("StatusResponseManager$StatusInfo", "cid");
    answer = opened("StatusResponseManager$StatusInfo", "responseData");
    newAnswer =
        JdkTls.type("StatusResponseManager$ResponseCacheEntry")
            .getDeclaredConstructor(byte[].class, identity.getType());
    newAnswer.setAccessible(true);
  }

  private static Field opened(String type, String name) throws ReflectiveOperationException {
    return JdkTls.field(JdkTls.type(type), name);
  }

  private static Optional<JdkStaples> find() {
    try {
      return Optional.of(new JdkStaples());
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn(
          "this Java staples no OCSP responses without asking for them in handshakes: {}",
          e.toString());
      return Optional.empty();
    }
  }

  /** The place that is found asks for what is to be shown when it is shown. */
  static StapledContext.Place in(SSLContext context, Supplier<Optional<Staple>> staples) {
    FOUND.ifPresent(places -> places.set(context, staples));
    return _ -> {};
  }

  private void set(SSLContext given, Supplier<Optional<Staple>> staples) {
    try {
      Object held = context.get(given.createSSLEngine());
      Object made = newResponses.newInstance();
      threads.set(made, new Held(staples));
      // In this order: where it is enabled and has none it makes one that asks.
      responses.set(held, made);
      enabled.setBoolean(held, true);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("a context of this Java staples no OCSP responses: {}", e.toString());
    }
  }

  /** Stands for threads that would ask; it has none. */
  private final class Held extends ScheduledThreadPoolExecutor {
    private final Supplier<Optional<Staple>> staples;

    Held(Supplier<Optional<Staple>> staples) {
      super(0);
      this.staples = staples;
    }

    /** The questions are for a chain, of which the first is for the certificate itself. */
    @Override
    public <T> List<Future<T>> invokeAll(
        Collection<? extends Callable<T>> questions, long timeout, TimeUnit unit) {
      Iterator<? extends Callable<T>> all = questions.iterator();
      return all.hasNext() ? answered(all.next()).stream().toList() : List.of();
    }

    @SuppressWarnings("unchecked") // What a question comes to is what it is about.
    private <T> Optional<Future<T>> answered(Callable<T> question) {
      Optional<Staple> staple = staples.get();
      if (staple.isEmpty()) {
        return Optional.empty();
      }
      try {
        Object about = asked.get(question);
        answer.set(about, newAnswer.newInstance(staple.get().response(), identity.get(about)));
        return Optional.of(CompletableFuture.completedFuture((T) about));
      } catch (InvocationTargetException e) {
        LOG.debug("an OCSP response that this Java does not read is not stapled", e);
        return Optional.empty();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
