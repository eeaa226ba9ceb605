package io.phalanx.distribution;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which libraries a program or library of 64 bits asks for (elf(5)). */
final class Elf {
  static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};

  private static final int DYNAMIC = 6;
  private static final int NEEDED = 1;

  private Elf() {}

  static List<String> needed(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int sections = (int) bytes.getLong(40);
    int size = bytes.getShort(58);
    int count = bytes.getShort(60);
    var names = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      int section = sections + i * size;
      if (bytes.getInt(section + 4) == DYNAMIC) {
        int strings = (int) bytes.getLong(sections + bytes.getInt(section + 40) * size + 24);
        int start = (int) bytes.getLong(section + 24);
        int end = start + (int) bytes.getLong(section + 32);
        for (int entry = start; entry < end; entry += 16) {
          if (bytes.getLong(entry) == NEEDED) {
            names.add(text(bytes, strings + (int) bytes.getLong(entry + 8)));
          }
        }
      }
    }
    return names;
  }

  private static String text(ByteBuffer bytes, int start) {
    int end = start;
    while (bytes.get(end) != 0) {
      end++;
    }
    return StandardCharsets.US_ASCII.decode(bytes.slice(start, end - start)).toString();
  }
}
