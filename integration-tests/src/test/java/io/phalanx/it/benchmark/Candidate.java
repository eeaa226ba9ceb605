package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A proxy whose start and memory are measured, started as its operator would: on all cores. */
record Candidate(String name, boolean compiles, Start start, End end) implements Turns.Named {
  interface Start {
    /**
     * @param folder of this start alone
     */
    List<String> command(int port, Path folder) throws IOException;
  }

  interface End {
    /** What goes before the end of the process. */
    void say(Path folder) throws IOException;
  }
}
