package io.phalanx.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.phalanx.node", "io.phalanx.providers", "io.phalanx.cluster");

  @Test
  void undertowIsOnlyWhereSocketsAre() {
    noClasses()
        .that()
        .resideInAPackage("io.phalanx..")
        .and()
        .resideOutsideOfPackages("io.phalanx.node.entrypoint", "io.phalanx.node.forwarding")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.undertow..", "org.xnio..")
        .because("everything behind an entry point serves whatever protocol a request came by")
        .check(CLASSES);
  }

  @Test
  void hazelcastIsBehindThePortsOfTheCluster() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.phalanx.cluster.hazelcast")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.hazelcast..")
        .because("the ports also have an implementation for a node on its own")
        .check(CLASSES);
  }

  @Test
  void middlewaresKnowOnlyTheExchangeAndTheBudgets() {
    noClasses()
        .that()
        .resideInAPackage("io.phalanx.node.middleware")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.phalanx.node.entrypoint",
            "io.phalanx.node.forwarding",
            "io.phalanx.node.pipeline",
            "io.phalanx.node.settings",
            "io.phalanx.node.activation",
            "io.phalanx.cluster.hazelcast")
        .because("a middleware decides on a head and is tested by one call")
        .check(CLASSES);
  }

  @Test
  void theExchangeKnowsNothingButItself() {
    noClasses()
        .that()
        .resideInAPackage("io.phalanx.node.exchange")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("io.phalanx.node.exchange", "java..", "org.jspecify..")
        .because("it is the vocabulary that all the others share")
        .check(CLASSES);
  }

  @Test
  void providersAndClusterDoNotKnowEachOtherOrTheNode() {
    noClasses()
        .that()
        .resideInAnyPackage("io.phalanx.providers..", "io.phalanx.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.phalanx.node..")
        .because("the node composes the two")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.phalanx.providers..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.phalanx.cluster..")
        .because("what a configuration is has nothing to do with who shares it")
        .check(CLASSES);
  }

  @Test
  void nobodyImportsTheCompositionRoot() {
    noClasses()
        .that()
        .resideInAPackage("io.phalanx.node.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.phalanx.node")
        .because("only the root puts features together")
        .check(CLASSES);
  }

  @Test
  void featuresOfTheNodeHaveNoCycles() {
    slices()
        .matching("io.phalanx.node.(*)..")
        .should()
        .beFreeOfCycles()
        .because("each feature can be read by itself")
        .check(CLASSES);
  }
}
