package io.phalanx.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CasesAtOnceTest {
  @Test
  void aCaseWhosePortsAreTakenIsRunElsewhereAFewTimes() {
    var tried = new ArrayList<Path>();

    assertThatThrownBy(
            () ->
                CasesAtOnce.differences(
                    Path.of("dir", "case"),
                    own -> {
                      tried.add(own);
                      throw new BindException("taken");
                    }))
        .isInstanceOf(BindException.class);

    assertThat(tried)
        .isEqualTo(
            List.of(Path.of("dir", "case-1"), Path.of("dir", "case-2"), Path.of("dir", "case-3")));
  }

  @Test
  void nothingRunsBehindItsEnd() throws Exception {
    var began = new CountDownLatch(1);
    var cases = new CasesAtOnce(1);
    Future<Integer> running =
        cases.submit(
            () -> {
              began.countDown();
              new CountDownLatch(1).await();
              return 1;
            });
    Future<Integer> behind = cases.submit(() -> 2);
    began.await();

    cases.close();

    assertThatThrownBy(running::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(behind.isDone()).as("was begun").isFalse();
  }
}
