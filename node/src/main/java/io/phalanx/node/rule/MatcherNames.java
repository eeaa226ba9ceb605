package io.phalanx.node.rule;

import io.phalanx.node.rule.RuleLexer.Token;
import io.phalanx.providers.tree.DidYouMean;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The matchers of one kind of rules by their names.
 *
 * @param <C> what one comes to
 */
final class MatcherNames<C> {
  /**
   * Makes a condition of the arguments; their number was checked, and none is empty. Throws {@link
   * IllegalArgumentException} if they are wrong.
   */
  @FunctionalInterface
  interface Maker<C> {
    C make(List<String> arguments);
  }

  /**
   * @param least how many arguments there are at the least, {@code most} at the most
   */
  record Arity<C>(int least, int most, Maker<C> maker) {}

  private final Map<String, Arity<C>> all;

  /**
   * Names as they may be written: exact, in lower case, in upper case, or with only the first
   * letter large.
   */
  private final Map<String, Arity<C>> bySpelling;

  MatcherNames(Map<String, Arity<C>> all) {
    this.all = Map.copyOf(all);
    var spellings = new TreeMap<String, Arity<C>>();
    all.forEach(
        (name, arity) -> {
          String lowerCase = name.toLowerCase(Locale.ROOT);
          spellings.put(name, arity);
          spellings.put(lowerCase, arity);
          spellings.put(name.toUpperCase(Locale.ROOT), arity);
          spellings.put(Character.toUpperCase(lowerCase.charAt(0)) + lowerCase.substring(1), arity);
        });
    this.bySpelling = Map.copyOf(spellings);
  }

  C matcher(Token name, List<String> arguments) throws RuleSyntaxException {
    Arity<C> arity = bySpelling.get(name.text());
    if (arity == null) {
      throw RuleSyntaxException.at(
          name.position(),
          "unknown matcher " + name.text() + DidYouMean.among(name.text(), all.keySet()));
    }
    if (arguments.size() < arity.least() || arguments.size() > arity.most()) {
      throw RuleSyntaxException.at(
          name.position(),
          "%s takes %s, not %d; alternatives are written with ||"
              .formatted(name.text(), counted(arity), arguments.size()));
    }
    if (arguments.contains("")) {
      throw RuleSyntaxException.at(name.position(), "an argument of " + name.text() + " is empty");
    }
    try {
      return arity.maker().make(List.copyOf(arguments));
    } catch (IllegalArgumentException e) {
      throw RuleSyntaxException.at(name.position(), name.text() + ": " + e.getMessage());
    }
  }

  private static String counted(Arity<?> arity) {
    String least = arity.least() == arity.most() ? "" : arity.least() + " or ";
    return least + arity.most() + (arity.most() == 1 ? " argument" : " arguments");
  }
}
