package io.phalanx.node.exchange;

/**
 * The second half of a middleware: edits the head of the answer, whoever made it. Called on the
 * request's I/O thread, in the reverse order of the requests' steps, before the first byte is sent;
 * once for each head, the last of which is the one that is sent.
 */
@FunctionalInterface
public interface ResponseStep {
  void onResponse(ResponseHead response);
}
