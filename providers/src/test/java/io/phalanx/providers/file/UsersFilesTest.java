package io.phalanx.providers.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.AccessOptions.BasicAuth;
import io.phalanx.providers.dynamic.AccessOptions.DigestAuth;
import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsersFilesTest {
  @TempDir Path directory;

  @BeforeEach
  void files() throws IOException {
    write("secrets/basic", "# staff\n\nben:{SHA}abc\n  carl:x  \n");
    write("secrets/digest", "vera:stock:95069e01\n");
    write(
        "dynamic/auth.yml",
        """
        http:
          middlewares:
            door: {basicAuth: {usersFile: %1$s/secrets/basic, users: ["ben:own"], realm: r}}
            desk: {digestAuth: {usersFile: %1$s/secrets/digest}}
            plain: {basicAuth: {users: ["a:b"]}}
        """
            .formatted(directory));
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private RunningProvider provider() {
    return RunningProvider.start(
        new FileOptions(
            Optional.empty(), Optional.of(directory.resolve("dynamic").toString()), true, false));
  }

  private static List<String> users(Snapshot snapshot, String middleware) {
    List<Secret> users =
        switch (options(snapshot, middleware)) {
          case BasicAuth basic -> basic.users();
          case DigestAuth digest -> digest.users();
          default -> List.of();
        };
    return users.stream().map(Secret::value).toList();
  }

  private static Record options(Snapshot snapshot, String middleware) {
    return Optional.ofNullable(snapshot.config().http().middlewares().get(middleware))
        .orElseThrow()
        .options();
  }

  @Test
  void theUsersArePublishedAndNotTheNameOfTheirFile() throws Exception {
    try (var provider = provider()) {
      Snapshot snapshot = provider.first();

      assertThat(snapshot.problems()).isEmpty();
      assertThat(users(snapshot, "door")).containsExactly("ben:{SHA}abc", "carl:x", "ben:own");
      assertThat(users(snapshot, "desk")).containsExactly("vera:stock:95069e01");
      assertThat(users(snapshot, "plain")).containsExactly("a:b");
      assertThat(options(snapshot, "door"))
          .isEqualTo(
              new BasicAuth(
                  List.of(new Secret("ben:{SHA}abc"), new Secret("carl:x"), new Secret("ben:own")),
                  Optional.empty(),
                  "r",
                  Optional.empty(),
                  false));
    }
  }

  @Test
  void aChangedFileIsNoticedSoon() throws Exception {
    try (var provider = provider()) {
      provider.first();

      write("secrets/basic", "dora:new\n");

      provider.soon(snapshot -> users(snapshot, "door").equals(List.of("dora:new", "ben:own")));
    }
  }

  @Test
  void theLastUsersStayWhileAFileCannotBeRead() throws Exception {
    try (var provider = provider()) {
      List<String> before = users(provider.first(), "door");

      write("secrets/basic", "hunter2 without a colon\n");
      Snapshot broken = provider.soon(snapshot -> !snapshot.problems().isEmpty());

      assertThat(users(broken, "door")).isEqualTo(before);
      assertThat(broken.problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.path()).isEqualTo("http.middlewares.door.basicAuth.usersFile");
                assertThat(problem.message())
                    .contains("line 1 does not have 2 parts", "the users that were read last stay")
                    .doesNotContain("hunter2");
              });
      write("secrets/basic", "dora:new\n");
      provider.soon(snapshot -> snapshot.problems().isEmpty());
    }
  }

  @Test
  void aFileThatWasNeverThereStaysANameForWhoeverServesToRefuse() throws Exception {
    Files.delete(directory.resolve("secrets/basic"));
    try (var provider = provider()) {
      Snapshot snapshot = provider.first();

      assertThat(((BasicAuth) options(snapshot, "door")).usersFile()).isPresent();
      assertThat(users(snapshot, "door")).containsExactly("ben:own");
      write("secrets/basic", "dora:new\n");
      provider.soon(later -> users(later, "door").equals(List.of("dora:new", "ben:own")));
    }
  }
}
