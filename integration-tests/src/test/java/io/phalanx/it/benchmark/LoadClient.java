package io.phalanx.it.benchmark;

import java.io.IOException;
import java.util.Optional;

/** A program that asks as fast as it is answered, on the core that is not the proxy's. */
sealed interface LoadClient permits Wrk, H2load {
  Wire wire();

  LoadReport load(Workbench workbench, Contestant contestant, Body body, int seconds)
      throws IOException;

  /** The same at even times; none where connections are what is measured. */
  Optional<PacedJob> paced(Contestant contestant, Body body, Tls tls, int perSecond, int seconds);
}
