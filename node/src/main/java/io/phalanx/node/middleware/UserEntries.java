package io.phalanx.node.middleware;

import io.phalanx.providers.tree.Secret;
import io.phalanx.providers.users.UsersFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The users of a middleware, those of its file first. Messages show nothing of an entry. */
final class UserEntries {
  private UserEntries() {}

  /**
   * One user.
   *
   * @param place where it stands, for messages
   * @param parts as headers have them: UTF-8 bytes, one character each
   */
  record Entry(String place, List<String> parts) {
    Entry {
      parts = List.copyOf(parts);
    }

    String part(int index) {
      return parts.get(index);
    }

    @Override
    public String toString() {
      return place;
    }
  }

  /**
   * @param file read here, unless whoever gave the configuration has put its users among the others
   * @param parts of each entry, with colons between them
   * @throws IllegalArgumentException if the file or an entry cannot be read
   */
  static List<Entry> all(List<Secret> users, Optional<String> file, int parts) {
    var entries = new ArrayList<Entry>();
    if (file.filter(name -> !name.isEmpty()).isPresent()) {
      try {
        List<Secret> ofFile = UsersFile.read(file.get(), parts);
        for (int i = 0; i < ofFile.size(); i++) {
          entries.add(entry("user " + (i + 1) + " of usersFile", ofFile.get(i), parts));
        }
      } catch (IOException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
    for (int i = 0; i < users.size(); i++) {
      entries.add(entry("users[" + i + ']', users.get(i), parts));
    }
    return entries;
  }

  private static Entry entry(String place, Secret secret, int parts) {
    List<String> found = List.of(secret.value().strip().split(":", -1));
    if (found.size() != parts) {
      throw new IllegalArgumentException(
          "%s has %d parts with a colon between them, not %d"
              .formatted(place, found.size(), parts));
    }
    return new Entry(place, found.stream().map(part -> HeaderText.of(place, part)).toList());
  }
}
