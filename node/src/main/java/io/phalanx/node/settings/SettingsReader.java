package io.phalanx.node.settings;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.Decoder;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.EnvironmentReader;
import io.phalanx.providers.tree.FlagReader;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.Trees;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the static configuration: a file under environment variables ({@code TRAEFIK_}, over them
 * {@code PHALANX_}) under flags. Traefik takes only the first of the three that has anything; here
 * they are one.
 */
public final class SettingsReader {
  /** Options of Traefik v2 that are gone, and what took their place. */
  private static final Map<String, String> REMOVED =
      Map.of(
          "pilot", "was removed from Traefik in version 3",
          "marathon", "was removed from Traefik in version 3",
          "rancher", "was removed from Traefik in version 3");

  private final Decoder decoder;
  private final Map<String, String> environment;
  private final Path workingDirectory;

  /**
   * @param providers options by the key of each type of provider
   */
  public SettingsReader(
      Map<String, Class<? extends Record>> providers,
      Map<String, String> environment,
      Path workingDirectory) {
    this.decoder =
        new Decoder(
            Map.of(
                ProvidersSettings.class,
                new ProvidersShape(providers),
                Address.class,
                new AddressShape()));
    this.environment = Map.copyOf(environment);
    this.workingDirectory = workingDirectory;
  }

  /**
   * What the arguments, the environment and the file say together.
   *
   * @param problems mistakes of syntax
   * @param warnings variables that are no option but nearly one
   */
  public record Sources(
      Tree.Mapping tree, Optional<Path> file, List<Problem> problems, List<Problem> warnings) {
    public Sources {
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
    }
  }

  public Sources sources(List<String> arguments) {
    Parsed flags = FlagReader.read(arguments);
    Optional<Path> file =
        flags
            .tree()
            .entry("configFile")
            .map(Tree.Entry::value)
            .filter(Tree.Scalar.class::isInstance)
            .map(value -> workingDirectory.resolve(((Tree.Scalar) value).text()))
            .or(() -> SettingsFiles.usual(environment, workingDirectory));
    Parsed fromFile =
        file.map(SettingsFiles::read).orElse(new Parsed(Tree.Mapping.EMPTY, List.of()));
    Set<String> roots = Set.copyOf(Encoder.keys(Settings.class));
    Parsed traefik = EnvironmentReader.read(environment, "TRAEFIK_", roots);
    Parsed phalanx = EnvironmentReader.read(withoutKey(environment), "PHALANX_", roots);
    Tree.Mapping tree =
        Trees.merge(
            Trees.merge(Trees.merge(fromFile.tree(), traefik.tree()), phalanx.tree()),
            flags.tree().without("configFile"));
    var problems = new ArrayList<Problem>();
    List.of(fromFile, traefik, phalanx, flags)
        .forEach(parsed -> problems.addAll(parsed.problems()));
    var warnings = new ArrayList<Problem>();
    warnings.addAll(EnvironmentReader.nearlyOptions(environment, "TRAEFIK_", roots));
    warnings.addAll(EnvironmentReader.nearlyOptions(withoutKey(environment), "PHALANX_", roots));
    return new Sources(tree, file, problems, warnings);
  }

  /**
   * The fleet key is no option: it is read by whoever needs it, and must not stand in a tree that
   * is shown.
   */
  private static Map<String, String> withoutKey(Map<String, String> environment) {
    var rest = new java.util.HashMap<>(environment);
    rest.remove("PHALANX_FLEET_KEY");
    return rest;
  }

  /**
   * The settings that a tree stands for, with the entry points that are there without being
   * declared. With problems they are not to be served, but what of them could be read can be looked
   * at for more.
   */
  public Decoded<Settings> decode(Tree.Mapping tree) {
    var problems = new ArrayList<Problem>();
    var known = tree;
    for (Map.Entry<String, Tree.Entry> entry : tree.entries().entrySet()) {
      String message = REMOVED.get(entry.getKey().toLowerCase(Locale.ROOT));
      if (message != null) {
        problems.add(entry.getValue().keyPlace().problem(entry.getKey(), message));
        known = known.without(entry.getKey());
      }
    }
    Decoded<Settings> decoded = decoder.draft(known, Settings.class);
    problems.addAll(decoded.problems());
    Optional<Settings> settings = decoded.value().map(ImpliedEntryPoints::add);
    settings.ifPresent(value -> SettingsChecks.check(value, tree, problems));
    return new Decoded<>(settings, problems);
  }

  /**
   * Paths at which a node that was given {@code own} itself differs from what the fleet shares, but
   * for what is a machine's own. By what the settings mean, not by how they are written.
   */
  public List<String> drift(Tree.Mapping shared, Tree.Mapping own) {
    Decoded<Settings> fleets = decode(SharedSettings.fleetAlone(shared, own));
    Decoded<Settings> owns = decode(SharedSettings.ownFirst(shared, own));
    return fleets.value().isPresent() && owns.value().isPresent()
        ? Trees.differences(written(fleets.value().get()), written(owns.value().get()))
        : Trees.differences(shared, SharedSettings.ownFirst(shared, SharedSettings.of(own)));
  }

  /** Settings as they would be written, with their secrets and without what goes without saying. */
  public Tree.Mapping written(Settings settings) {
    return decoder.encoder().encode(settings);
  }

  /** Shows settings without their secrets. */
  public Tree.Mapping masked(Settings settings) {
    return decoder.maskingEncoder().encode(settings);
  }
}
