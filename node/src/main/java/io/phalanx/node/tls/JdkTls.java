package io.phalanx.node.tls;

import java.lang.reflect.Field;

/**
 * The platform's TLS, inside. {@code --add-opens java.base/sun.security.ssl=ALL-UNNAMED} opens it;
 * another version of Java may look otherwise.
 */
final class JdkTls {
  private JdkTls() {}

  static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName("sun.security.ssl." + name);
  }

  static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
