package io.phalanx.providers.consulcatalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One registered instance of a service.
 *
 * @param address the service's own, else its node's
 * @param port 0 if it has none
 * @param health passing, warning, critical or maintenance: the worst of its checks
 */
record Instance(
    String id, String service, String address, int port, List<String> tags, String health) {
  Instance {
    tags = List.copyOf(tags);
  }

  /** The tags that say something, as labels; a tag without {@code =} says nothing. */
  Map<String, String> labels() {
    var labels = new LinkedHashMap<String, String>();
    for (String tag : tags) {
      int equals = tag.indexOf('=');
      if (equals > 0) {
        labels.put(tag.substring(0, equals).strip(), tag.substring(equals + 1).strip());
      }
    }
    return labels;
  }

  /** For messages. */
  String source() {
    return "service " + service + ", instance " + id;
  }
}
