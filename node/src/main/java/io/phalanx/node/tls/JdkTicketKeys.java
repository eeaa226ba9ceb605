package io.phalanx.node.tls;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that a context of the platform seals session tickets with. There is no other way to set
 * them than its own fields, which {@code --add-opens java.base/sun.security.ssl=ALL-UNNAMED} opens
 * and which another version of Java may not have: then tickets stay the node's own.
 */
final class JdkTicketKeys {
  private static final Logger LOG = LoggerFactory.getLogger(JdkTicketKeys.class);

  /** Milliseconds since 1970. The session's own time, of days, is added to it. */
  private static final long NEVER = Long.MAX_VALUE / 2;

  /** Empty, and told, where this Java does not let its keys be set. */
  static final Optional<JdkTicketKeys> FOUND = find();

  private final Field keys;
  private final Field current;
  private final Constructor<?> entry;
  private final Field timeout;
  private final Field key;
  private final Field number;

  private JdkTicketKeys() throws ReflectiveOperationException {
    Class<?> sessions = JdkTls.type("SSLSessionContextImpl");
    keys = JdkTls.field(sessions, "keyHashMap");
    current = JdkTls.field(sessions, "currentKeyID");
    Class<?> entries = JdkTls.type("SessionTicketExtension$StatelessKey");
    timeout = JdkTls.field(entries, "timeout");
    key = JdkTls.field(entries, "key");
    number = JdkTls.field(entries, "num");
    // An entry without the key that its own constructor would make.
    Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
    entry =
        (Constructor<?>)
            factory
                .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                .invoke(
                    factory.getMethod("getReflectionFactory").invoke(null),
                    entries,
                    Object.class.getDeclaredConstructor());
  }

  private static Optional<JdkTicketKeys> find() {
    try {
      return Optional.of(new JdkTicketKeys());
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn(
          "sessions are taken up again by the node that made them only: this Java does not let"
              + " keys of tickets be set ({})",
          e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Replaces all keys; they count until they are replaced.
   *
   * @param current the number of the one that new tickets are sealed with
   */
  @SuppressWarnings("unchecked")
  void set(SSLContext context, Map<Integer, SecretKey> known, int current)
      throws ReflectiveOperationException {
    SSLSessionContext sessions = context.getServerSessionContext();
    var held = (Map<Integer, Object>) keys.get(sessions);
    for (Map.Entry<Integer, SecretKey> each : known.entrySet()) {
      Object made = entry.newInstance();
      timeout.setLong(made, NEVER);
      key.set(made, each.getValue());
      number.setInt(made, each.getKey());
      held.put(each.getKey(), made);
    }
    this.current.setInt(sessions, current);
    held.keySet().retainAll(known.keySet());
  }
}
