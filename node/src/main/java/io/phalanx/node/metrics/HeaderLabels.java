package io.phalanx.node.metrics;

import io.micrometer.core.instrument.Tags;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Labels whose values clients choose. Without bounds one client could fill the memory with series:
 * a value is cut to {@value #MAX_LENGTH} characters, and combinations beyond {@value #MAX_SERIES}
 * count together under {@value #OTHER}.
 */
final class HeaderLabels {
  static final int MAX_LENGTH = 128;
  static final int MAX_SERIES = 10_000;
  static final String OTHER = "(other)";

  private final List<String> labels;
  private final List<HeaderName> headers;
  private final List<String> others;
  private final AtomicInteger series = new AtomicInteger();

  /**
   * @param headers names of request headers by label
   */
  HeaderLabels(Map<String, String> headers) {
    List<Map.Entry<String, String>> entries = List.copyOf(headers.entrySet());
    this.labels = entries.stream().map(Map.Entry::getKey).toList();
    this.headers = entries.stream().map(entry -> HeaderName.of(entry.getValue())).toList();
    this.others = Collections.nCopies(labels.size(), OTHER);
  }

  /** The values of one request, in the order of the labels; a missing header is an empty value. */
  List<String> values(RequestHead request) {
    if (headers.isEmpty()) {
      return List.of();
    }
    var values = new ArrayList<String>(headers.size());
    for (HeaderName header : headers) {
      String value =
          header.equals(HeaderName.HOST)
              ? request.host()
              : request.headers().first(header).orElse("");
      values.add(value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value);
    }
    return values;
  }

  /** These values if they may have a series of their own, else those that stand for all others. */
  List<String> admitted(List<String> values) {
    return headers.isEmpty() || series.get() < MAX_SERIES ? values : others;
  }

  Tags tags(List<String> values) {
    series.incrementAndGet();
    Tags tags = Tags.empty();
    for (int i = 0; i < labels.size(); i++) {
      tags = tags.and(labels.get(i), values.get(i));
    }
    return tags;
  }

  void released(int count) {
    series.addAndGet(-count);
  }
}
