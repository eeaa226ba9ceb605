package io.phalanx.providers.template;

/** What Traefik makes of names that others gave. */
public final class Names {
  private Names() {}

  /** Every run of what is neither letter nor digit becomes one dash, and none stands at an end. */
  public static String normalized(String name) {
    var out = new StringBuilder();
    boolean pending = false;
    for (int c : name.codePoints().toArray()) {
      if (Character.isLetterOrDigit(c)) {
        if (pending && !out.isEmpty()) {
          out.append('-');
        }
        pending = false;
        out.appendCodePoint(c);
      } else {
        pending = true;
      }
    }
    return out.toString();
  }
}
