package io.phalanx.node.command;

import io.phalanx.node.demo.Demo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code phalanx demo}. */
@Command(
    name = "demo",
    description = "Starts three nodes and two servers on loopback and shows what a fleet does.",
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--port-base",
      defaultValue = "8081",
      description =
          "Port of the first node; the next two nodes have the next two, and members speak 100"
              + " ports above. Default: ${DEFAULT-VALUE}.")
  private int portBase;

  @Override
  public Integer call() throws Exception {
    return new Demo(portBase, System.out).run();
  }
}
