package io.phalanx.providers;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String[] SHARED = {
    "io.phalanx.providers.tree..",
    "io.phalanx.providers.dynamic..",
    "io.phalanx.providers.pem..",
    "io.phalanx.providers.regex..",
    "io.phalanx.providers.template..",
    "io.phalanx.providers.users.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.phalanx.providers");

  @Test
  void packagesDependOnEachOtherInOneDirection() {
    slices()
        .matching("io.phalanx.providers.(*)..")
        .should()
        .beFreeOfCycles()
        .because("each step from text to objects can be understood by itself")
        .check(CLASSES);
  }

  @Test
  void noProviderIsKnownToAnotherOrToWhatTheyShare() {
    slices()
        .matching("io.phalanx.providers.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(alwaysTrue(), resideInAnyPackage(SHARED))
        .because("a provider can be added and taken away by itself")
        .check(CLASSES);
  }

  @Test
  void textIsReadWithoutKnowledgeOfWhatItMeans() {
    noClasses()
        .that()
        .resideInAnyPackage("io.phalanx.providers.tree..", "io.phalanx.providers.template..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.phalanx.providers.dynamic..")
        .because("static and dynamic configuration are read alike")
        .check(CLASSES);
  }

  @Test
  void providersKnowNeitherClusterNorNode() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.phalanx.cluster..", "io.phalanx.node..")
        .because("a provider delivers configuration and knows nothing of who serves it")
        .check(CLASSES);
  }
}
