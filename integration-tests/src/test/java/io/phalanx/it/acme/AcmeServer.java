package io.phalanx.it.acme;

import java.nio.file.Path;

/** What a resolver can be told to ask. */
interface AcmeServer {
  /** Of its directory. */
  String url();

  /** Of its own server, for those who ask it. */
  Path certificate();
}
