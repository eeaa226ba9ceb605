package io.phalanx.node.settings;

import io.phalanx.providers.tree.Choice;
import io.phalanx.providers.tree.Decoding;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.Shape;
import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.Trees;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The block {@code providers}: two options of its own, and a block for each provider that is used.
 */
final class ProvidersShape implements Shape<ProvidersSettings> {
  private static final Set<String> NOT_SERVED =
      Set.of(
          "consul",
          "docker",
          "ecs",
          "etcd",
          "http",
          "knative",
          "kubernetesCRD",
          "kubernetesGateway",
          "kubernetesIngress",
          "kubernetesIngressNGINX",
          "nomad",
          "plugin",
          "redis",
          "rest",
          "swarm",
          "zooKeeper");

  /** The options that are not a provider. */
  public record Common(
      @Default("2s") Duration providersThrottleDuration,
      @Default("file, consulcatalog") List<String> precedence) {
    static final String[] KEYS = {"providersThrottleDuration", "precedence"};
  }

  private final Choice<Map<String, Record>> blocks;

  ProvidersShape(Map<String, Class<? extends Record>> catalogue) {
    this.blocks = new Choice<>(catalogue, NOT_SERVED, false, BLOCKS);
  }

  private static final Choice.Builder<Map<String, Record>> BLOCKS =
      new Choice.Builder<>() {
        @Override
        public Map<String, Record> build(SequencedMap<String, Record> options) {
          return options;
        }

        @Override
        public SequencedMap<String, Record> options(Map<String, Record> value) {
          return new LinkedHashMap<>(value);
        }
      };

  @Override
  public Optional<ProvidersSettings> decode(Tree tree, String path, Decoding decoding) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      decoding.report(tree.place(), path, "a block is expected");
      return Optional.empty();
    }
    var commonKeys = new LinkedHashMap<String, Tree.Entry>();
    for (String key : Common.KEYS) {
      mapping.entry(key).ifPresent(entry -> commonKeys.put(key, entry));
    }
    Optional<Common> common =
        decoding.record(new Tree.Mapping(commonKeys, mapping.place()), Common.class, path);
    Optional<Map<String, Record>> given =
        blocks.decode(mapping.without(Common.KEYS), path, decoding);
    if (common.isEmpty() || given.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ProvidersSettings(
            common.get().providersThrottleDuration(), common.get().precedence(), given.get()));
  }

  @Override
  public Tree encode(ProvidersSettings value, Encoder encoder) {
    Tree.Mapping common =
        encoder.encode(new Common(value.providersThrottleDuration(), value.precedence()));
    return blocks.encode(value.blocks(), encoder) instanceof Tree.Mapping mapping
        ? Trees.merge(common, mapping)
        : common;
  }
}
