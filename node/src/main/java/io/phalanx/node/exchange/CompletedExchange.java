package io.phalanx.node.exchange;

import java.time.Duration;
import java.time.Instant;

/**
 * An exchange that is over, as its observers see it.
 *
 * @param request with the edits that were made on the way
 * @param host the authority as the client wrote it
 * @param target path and query as the client wrote them, after normalisation and before any edit
 * @param protocol as {@code HTTP/1.1}
 * @param response as it was sent; status 499 if the client went away before
 * @param endedAt the moment of the end, in the time of {@link Trail}
 * @param requestBytes bytes of the request's body that were read
 * @param responseBytes bytes of the answer's body that were written
 */
public record CompletedExchange(
    RequestHead request,
    String host,
    String target,
    String protocol,
    ResponseHead response,
    Trail trail,
    Instant startedAt,
    Duration duration,
    long endedAt,
    long requestBytes,
    long responseBytes) {}
