package io.phalanx.node;

import picocli.CommandLine.Command;

/** {@code phalanx run} as the parser's help lists it; {@link Main} runs it without the parser. */
@Command(
    name = "run",
    description =
        "Runs a node. Takes Traefik's flags (--entryPoints.web.address=:80,"
            + " --providers.file.directory=..., --configFile=...) and --fleet.* and --dataDir;"
            + " docs/configuration.md has them all.")
final class RunCommand {}
