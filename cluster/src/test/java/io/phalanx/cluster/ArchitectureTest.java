package io.phalanx.cluster;

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
          .importPackages("io.phalanx.cluster");

  @Test
  void onlyOnePackageKnowsHazelcast() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.phalanx.cluster.hazelcast")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.hazelcast..")
        .because(
            "the cluster is behind ports that also have an implementation for a node on its own")
        .check(CLASSES);
  }

  @Test
  void implementationsDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("io.phalanx.cluster.local")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.phalanx.cluster.hazelcast")
        .because("a node on its own starts no cluster")
        .check(CLASSES);
  }

  @Test
  void kindsOfStateDoNotDependOnEachOther() {
    slices()
        .matching("io.phalanx.cluster.(*)..")
        .should()
        .beFreeOfCycles()
        .because("each kind of shared state can be understood by itself")
        .check(CLASSES);
  }
}
