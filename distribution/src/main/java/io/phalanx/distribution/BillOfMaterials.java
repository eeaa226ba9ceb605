package io.phalanx.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The libraries, as the build resolved them, and the runtime that it does not know of. */
final class BillOfMaterials {
  /** What the build writes, beside the archive. */
  static final String FILE = "libraries.cdx.json";

  private static final JsonMapper JSON = new JsonMapper();

  private final ObjectNode bom;

  private BillOfMaterials(ObjectNode bom) {
    this.bom = bom;
  }

  /** One library of somebody else. */
  record Library(String name, String version, List<String> licences) {
    String jar() {
      return name + '-' + version + ".jar";
    }
  }

  static BillOfMaterials read(Path file) throws IOException {
    return JSON.readTree(Files.readString(file)) instanceof ObjectNode bom
        ? new BillOfMaterials(bom)
        : fail(file);
  }

  private static BillOfMaterials fail(Path file) throws IOException {
    throw new IOException(file + " is no object");
  }

  List<Library> libraries() {
    return StreamSupport.stream(bom.path("components").spliterator(), false)
        .filter(component -> !component.path("group").asString().equals("io.phalanx"))
        .map(BillOfMaterials::library)
        .toList();
  }

  private static Library library(JsonNode component) {
    List<String> licences =
        StreamSupport.stream(component.path("licenses").spliterator(), false)
            .map(
                one ->
                    one.path("license")
                        .path("id")
                        .asString(one.path("license").path("name").asString()))
            .toList();
    return new Library(
        component.path("name").asString(), component.path("version").asString(), licences);
  }

  /** Adds the runtime, which is of the Java that this runs on. */
  void write(Path file) throws IOException {
    String version = Runtime.version().toString();
    ObjectNode java = bom.withArray("components").addObject();
    java.put("type", "platform");
    java.put("bom-ref", "runtime");
    java.putObject("supplier").put("name", System.getProperty("java.vendor", "unknown"));
    java.put("name", "OpenJDK runtime");
    java.put("version", version);
    java.putArray("licenses")
        .addObject()
        .put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bom);
    Files.writeString(file, text);
  }
}
