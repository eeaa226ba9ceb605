package io.phalanx.it.benchmark;

import java.util.List;
import java.util.Map;

/**
 * What was measured in one scenario, of each contestant by its name, in the order they were
 * measured; the first contestant is the baseline.
 *
 * @param slices with as much load as each takes
 * @param rate requests a second of the paced slices: half of what the baseline takes
 * @param paced empty where there is no fixed rate
 * @param profiles of nodes, if they were asked for
 */
record Outcome(
    Map<String, List<Slice>> slices,
    int rate,
    Map<String, List<PacedSlice>> paced,
    Map<String, Profile> profiles) {}
