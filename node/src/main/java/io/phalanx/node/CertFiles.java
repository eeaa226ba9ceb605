package io.phalanx.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.acme.AcmeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;

/**
 * Files of certificates and keys at whoever gives a command. The node need not be able to read or
 * write them.
 */
final class CertFiles {
  private CertFiles() {}

  /**
   * @throws IOException if there is none, or it is too large; the message says so
   */
  static String read(Path file) throws IOException {
    try {
      if (!Files.isRegularFile(file)) {
        throw new IOException(
            Files.exists(file) ? file + " is no file" : "there is no file " + file);
      }
      if (Files.size(file) > AcmeFile.MAX_CHARACTERS) {
        throw new IOException(
            file + " is too large: more than " + AcmeFile.MAX_CHARACTERS + " bytes");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is no text in UTF-8", e);
    }
  }

  /** A text as one word of a command. */
  static String word(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  /**
   * @throws IOException if it is none
   */
  static String text(String word) throws IOException {
    try {
      return new String(Base64.getUrlDecoder().decode(word), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IOException("no file came", e);
    }
  }

  /**
   * @throws IOException if something is there already; the message says so
   */
  static void requireNew(Path file) throws IOException {
    if (Files.exists(file)) {
      throw new IOException(file + " is there already; it stays");
    }
  }

  /** Writes a new file that its owner alone can read, from its first moment on. */
  static void write(Path file, String text) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      ByteBuffer bytes = UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(file + " is there already; it stays", e);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no directory for " + file, e);
    }
  }
}
