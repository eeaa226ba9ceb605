package io.phalanx.node;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.phalanx.cluster.Bytes;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.secrets.OffHeap;
import java.io.DataOutputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What is kept or sent has the number of its format in front, and one that is not known is told as
 * such: releases serve together, and one that is taken back finds what a later one wrote.
 */
class FormatsTest {
  private static final String UNKNOWN = "99";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.phalanx.node", "io.phalanx.providers", "io.phalanx.cluster");

  private static List<JavaClass> withFormats() {
    return CLASSES.stream()
        .filter(
            one ->
                one.getFields().stream()
                    .anyMatch(
                        field ->
                            field.getModifiers().contains(JavaModifier.STATIC)
                                && field.getRawType().isEquivalentTo(Bytes.class)))
        .toList();
  }

  @Test
  void bytesAreWrittenBehindTheNumberOfTheirFormatOnly() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Bytes.class.getName())
        .should()
        .callConstructor(DataOutputStream.class, java.io.OutputStream.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ObjectOutputStream.class)
        .because("what is written without a number cannot be changed")
        .check(CLASSES);
  }

  @Test
  void bytesOfAFormatThatIsNotKnownAreToldAsSuch() throws Exception {
    int readers = 0;
    for (JavaClass one : withFormats()) {
      for (Method method : one.reflect().getDeclaredMethods()) {
        if (isReader(method)) {
          readers++;
          assertThatThrownBy(() -> call(method, new byte[] {99, 0, 0, 0}))
              .as("%s", method)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("format " + UNKNOWN);
        }
      }
    }
    assertThat(readers).as("readers that were found").isGreaterThanOrEqualTo(20);
  }

  private static boolean isReader(Method method) {
    int modifiers = method.getModifiers();
    return java.lang.reflect.Modifier.isStatic(modifiers)
        && !java.lang.reflect.Modifier.isPrivate(modifiers)
        && !method.isSynthetic()
        && List.of(method.getParameterTypes()).equals(List.of(byte[].class));
  }

  private static void call(Method method, byte[] bytes) throws Throwable {
    method.setAccessible(true);
    try {
      method.invoke(null, (Object) bytes);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void textsOfAFormatThatIsNotKnownAreToldAsSuch() {
    assertThatThrownBy(() -> Standing.decode("{\"format\":\"" + UNKNOWN + "\"}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(UNKNOWN);
    OffHeap content =
        OffHeap.taken(("{\"format\":\"" + UNKNOWN + "\"}").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> RevisionContent.decode(content))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format \"" + UNKNOWN + '"');
  }

  /**
   * Their class ids stand for their form: another form gets another id. A new one belongs here when
   * it carries bytes behind a number, or nothing that could change.
   */
  @Test
  void whatMembersSendIsOneOfThese() {
    var sent = new TreeSet<String>();
    for (JavaClass one : CLASSES) {
      boolean isConcrete = !one.getModifiers().contains(JavaModifier.ABSTRACT);
      if (isConcrete
          && one.isAssignableTo("com.hazelcast.nio.serialization.DataSerializable")
          && one.getPackageName().startsWith("io.phalanx")) {
        sent.add(one.getSimpleName());
      }
    }
    assertThat(sent)
        .containsExactlyInAnyOrder(
            "CommandProcessor", // The number of a command, and bytes in the format of its subject.
            "Kept", // A state in the format of its subject.
            "MemberCall", // CallFormat.
            "Question", // Who asks; the answer is side.Answer.
            "Notice", // The id of a member.
            "BothCount"); // Nothing.
  }

  /** Everything else comes about by commands. */
  @Test
  void onlyLeasesArePutIntoMaps() {
    assertThat(
            callers(
                "com.hazelcast.map.IMap",
                "put|putIfAbsent|putAsync|set|setAsync|replace|tryPut|putAll|compute.*|merge"))
        .containsExactly("HazelcastLeases");
  }

  @Test
  void filesAreWrittenByTheseOnly() {
    assertThat(callers("io.phalanx.cluster.disk.OwnDirectory", "write"))
        .containsExactlyInAnyOrder(
            "LedgerStore", // LedgerFormat; Sealing; an id, which has one form.
            "LocalDocuments"); // Its own format.
    assertThat(callers(Files.class.getName(), "write.*|newBufferedWriter"))
        .containsExactlyInAnyOrder(
            "FleetKey", // For people: the key as text.
            "Training", // For itself.
            "DemoFiles"); // For itself.
  }

  private static Set<String> callers(String type, String methods) {
    var callers = new TreeSet<String>();
    var wanted = target(owner(assignableTo(type))).and(target(nameMatching(methods)));
    for (JavaClass one : CLASSES) {
      if (!one.getName().equals(type) && one.getMethodCallsFromSelf().stream().anyMatch(wanted)) {
        callers.add(outermost(one));
      }
    }
    return callers;
  }

  private static String outermost(JavaClass one) {
    return one.getName().substring(one.getPackageName().length() + 1).replaceAll("\\$.*", "");
  }
}
