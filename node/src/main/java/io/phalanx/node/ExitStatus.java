package io.phalanx.node;

import io.phalanx.cluster.NotJoinedException;
import io.phalanx.cluster.disk.InUseException;
import io.phalanx.cluster.disk.UnusableException;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How {@code phalanx run} ends, with the numbers of sysexits(3) where one of them says it, so that
 * a supervisor can tell what is worth a new try. docs/operations.md tells what to do about each.
 */
enum ExitStatus {
  /** It was told to stop. */
  STOPPED(0),
  /** What is on the disk is damaged, or a later release wrote it. */
  DATA(65),
  /** The fleet was not reached within {@code fleet.joinTimeout}. */
  UNREACHED(69),
  /** Something that no other one says: a mistake of Phalanx. */
  SOFTWARE(70),
  /** A file or a directory cannot be written or read. */
  FILES(73),
  /** A disk has no room or fails, or there are no more descriptors: another start may have some. */
  SCARCE(74),
  /**
   * Somebody else has a port or the data directory, or an address or a name of a host is not here
   * yet.
   */
  TAKEN(75),
  /** The fleet has another key. */
  REFUSED(76),
  /** The system does not let this process listen there. */
  NOT_PERMITTED(77),
  /** There are mistakes in the configuration. */
  CONFIGURATION(78);

  private static final int DEEPEST = 20;

  /** ENOSPC, EDQUOT, EMFILE and ENFILE, EIO, ESTALE. */
  private static final List<String> WHAT_MAY_PASS =
      List.of(
          "No space left on device",
          "Disk quota exceeded",
          "Too many open files",
          "Input/output error",
          "Stale file handle");

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** Of a node that cannot start. */
  static ExitStatus of(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      switch (cause) {
        case NotJoinedException kept -> {
          return kept.isRefused() ? REFUSED : UNREACHED;
        }
        case InUseException _ -> {
          return TAKEN;
        }
        case UnusableException _ -> {
          return DATA;
        }
        case IOException scarce when isScarce(scarce) -> {
          return SCARCE;
        }
        case FileSystemException _ -> {
          return FILES;
        }
        case SocketException denied when isDenied(denied) -> {
          return NOT_PERMITTED;
        }
        case BindException _ -> {
          return TAKEN;
        }
        default -> cause = cause.getCause();
      }
    }
    return SOFTWARE;
  }

  /** The JDK tells these by their texts alone. */
  private static boolean isScarce(IOException failure) {
    @Nullable String reason =
        failure instanceof FileSystemException of ? of.getReason() : failure.getMessage();
    return reason != null && WHAT_MAY_PASS.stream().anyMatch(reason::contains);
  }

  /** The JDK tells EACCES by this text alone. */
  private static boolean isDenied(SocketException failure) {
    return String.valueOf(failure.getMessage()).contains("Permission denied");
  }
}
