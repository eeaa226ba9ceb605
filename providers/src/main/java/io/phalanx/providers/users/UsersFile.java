package io.phalanx.providers.users;

import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of htpasswd or htdigest: one user a line. Empty lines and those that begin with {@code #}
 * do not count.
 */
public final class UsersFile {
  private static final long MAX_BYTES = 4 << 20;

  private UsersFile() {}

  /**
   * Where a file lies.
   *
   * @throws IOException if that is no name of a file
   */
  public static Path path(String name) throws IOException {
    try {
      return Path.of(name).toAbsolutePath().normalize();
    } catch (InvalidPathException _) {
      throw new IOException("usersFile is not the name of a file");
    }
  }

  /**
   * The users, one entry each, as they are written.
   *
   * @param parts of an entry, with colons between them
   * @throws IOException if the file cannot be read, or a line has another number of parts; the
   *     message names file and line and shows nothing of it
   */
  public static List<Secret> read(String name, int parts) throws IOException {
    Path file = path(name);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("usersFile " + file + " is larger than " + MAX_BYTES + " bytes");
      }
      return entries(name, Files.readString(file).lines().map(String::strip).toList(), parts);
    } catch (NoSuchFileException _) {
      throw new IOException("usersFile " + name + ": there is no such file");
    } catch (CharacterCodingException _) {
      throw new IOException("usersFile " + name + " is not UTF-8 text");
    } catch (FileSystemException _) {
      throw new IOException("usersFile " + name + " cannot be read");
    }
  }

  private static List<Secret> entries(String name, List<String> lines, int parts)
      throws IOException {
    var entries = new ArrayList<Secret>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.chars().filter(c -> c == ':').count() != parts - 1) {
        throw new IOException(
            "usersFile %s: line %d does not have %d parts with a colon between them"
                .formatted(name, i + 1, parts));
      }
      entries.add(new Secret(line));
    }
    return List.copyOf(entries);
  }
}
