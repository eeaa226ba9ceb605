package io.phalanx.providers.template;

import java.util.List;
import java.util.Map;

/**
 * A template that was read. Immutable.
 *
 * <p>Bounds: {@value #MAX_SOURCE} characters of source, {@value Renderer#MAX_STEPS} steps, {@value
 * Renderer#MAX_OUTPUT} characters of output, {@value Values#MAX_WEIGHT} characters and items that
 * one function takes or gives, 100 nested blocks, pipelines or values.
 */
public final class Template {
  static final int MAX_SOURCE = 16 << 20;

  private final List<Part> parts;

  private Template(List<Part> parts) {
    this.parts = parts;
  }

  /** Whether {@code source} has anything to render. */
  public static boolean hasActions(String source) {
    return source.contains("{{");
  }

  public static Template parse(String source) throws TemplateException {
    if (source.length() > MAX_SOURCE) {
      throw new TemplateException(1, "a template has at most " + MAX_SOURCE + " characters");
    }
    return new Template(new TemplateParser(source).parse());
  }

  /**
   * @param model what {@code .} and {@code $} are: text, Long, Double, Boolean, lists and maps with
   *     text keys of these
   * @param environment what the function {@code env} sees
   */
  public String render(Map<String, ?> model, Map<String, String> environment)
      throws TemplateException {
    return new Renderer(model, new Functions(environment)).render(parts, model);
  }
}
