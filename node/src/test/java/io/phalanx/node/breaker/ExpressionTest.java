package io.phalanx.node.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.breaker.Measure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private static final long NOW = -5_000_000_000L;
  private static final long MILLI = 1_000_000;

  /** Of ten answers: four 200, one 301, two 404, one 500, one 502, one 504; 10 to 100 ms. */
  private static Measure measured(String expression) throws ExpressionException {
    Measure measure = Expression.parse(expression).measure();
    int[] statuses = {200, 200, 200, 200, 301, 404, 404, 500, 502, 504};
    for (int i = 0; i < statuses.length; i++) {
      measure.record(statuses[i], (i + 1) * 10L * MILLI, NOW);
    }
    return measure;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NetworkErrorRatio() > 0.19",
        "NetworkErrorRatio() == 0.2",
        "NetworkErrorRatio() >= 0.2",
        "NetworkErrorRatio() <= .2",
        "NetworkErrorRatio() != 2e-2",
        "ResponseCodeRatio(500, 600, 0, 600) == 0.3",
        "ResponseCodeRatio(404, 405, 404, 600) == 0.4",
        "ResponseCodeRatio(200, 404, 404, 500) == 2.5",
        "ResponseCodeRatio(500, 600, 700, 800) == 0.0",
        "LatencyAtQuantileMS(50.0) >= 50",
        "LatencyAtQuantileMS(50.0) < 51",
        "LatencyAtQuantileMS(100.0) >= 100",
        "LatencyAtQuantileMS(1000.0) < 101",
        "(NetworkErrorRatio()) > 0.1",
        "NetworkErrorRatio() > 0.1 || NetworkErrorRatio() > 0.9 && NetworkErrorRatio() > 0.9",
        "NetworkErrorRatio()>0.1&&(LatencyAtQuantileMS(50.0)>1000||LatencyAtQuantileMS(50.)>9)",
      })
  void holds(String expression) throws ExpressionException {
    assertThat(measured(expression).tally(NOW).tripped()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NetworkErrorRatio() > 0.2",
        "ResponseCodeRatio(500, 502, 0, 600) > 0.1",
        "LatencyAtQuantileMS(50.0) > 50",
        "(NetworkErrorRatio() > 0.1 || NetworkErrorRatio() > 0.9) && NetworkErrorRatio() > 0.9",
      })
  void doesNotHold(String expression) throws ExpressionException {
    assertThat(measured(expression).tally(NOW).tripped()).isFalse();
  }

  @Test
  void tellsHowManyAnswersOfHowManyCountAgainstTheServer() throws ExpressionException {
    Measure measure =
        measured("NetworkErrorRatio() > 0.9 || ResponseCodeRatio(404, 405, 0, 1) > 1.");
    assertThat(measure.tally(NOW).requests()).isEqualTo(10);
    assertThat(measure.tally(NOW).failures()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "~~ # an expression must not be empty; one is NetworkErrorRatio() > 0.3",
        "NetworkErrors() > 0.5 # at character 1: unknown function NetworkErrors; did you mean"
            + " \"NetworkErrorRatio\"?",
        "NetworkErrorRatio() > 1 # at character 23: a ratio is written with a decimal point: 1.0,"
            + " not 1",
        "LatencyAtQuantileMS(50) > 1 # at character 21: a percentage is written with a decimal"
            + " point: 50.0, not 50",
        "LatencyAtQuantileMS(50.0) > 1.5 # at character 29: milliseconds are whole numbers, not"
            + " 1.5",
        "ResponseCodeRatio(500.0, 600, 0, 600) > 0.5 # at character 19: statuses are whole numbers,"
            + " not 500.0",
        "ResponseCodeRatio(500, 600) > 0.5 # at character 1: ResponseCodeRatio takes 4 numbers, not"
            + " 2, as in ResponseCodeRatio(500, 600, 0, 600)",
        "NetworkErrorRatio(1) > 0.5 # at character 1: NetworkErrorRatio takes nothing, not 1, as in"
            + " NetworkErrorRatio()",
        "LatencyAtQuantileMS() > 1 # at character 1: LatencyAtQuantileMS takes one number, not 0,"
            + " as in LatencyAtQuantileMS(50.0)",
        "NetworkErrorRatio() # at character 1: NetworkErrorRatio() has to be compared with a"
            + " number, as in NetworkErrorRatio() > 0.3",
        "NetworkErrorRatio > 0.5 # at character 19: expected ( behind NetworkErrorRatio, found >",
        "0.5 < NetworkErrorRatio() # at character 1: what stands before < is one of"
            + " NetworkErrorRatio(), ResponseCodeRatio(), LatencyAtQuantileMS()",
        "NetworkErrorRatio() > NetworkErrorRatio() # at character 22: NetworkErrorRatio() is"
            + " compared with a number, as in > 0.3",
        "NetworkErrorRatio() > 0.1 > 0.1 # at character 1: what stands before > is one of"
            + " NetworkErrorRatio(), ResponseCodeRatio(), LatencyAtQuantileMS()",
        "NetworkErrorRatio() = 0.5 # at character 21: unexpected '='; did you mean \"==\"?",
        "!NetworkErrorRatio() > 0.5 # at character 1: unexpected '!'; there is no negation, only"
            + " !=",
        "NetworkErrorRatio() > -0.5 # at character 23: unexpected '-'; no number is below 0",
        "NetworkErrorRatio() > 0.5 & NetworkErrorRatio() > 0.5 # at character 27: unexpected '&';"
            + " did you mean \"&&\"?",
        "NetworkErrorRatio() > 0.5) # at character 26: expected &&, || or the end, found )",
        "NetworkErrorRatio() > 0.5 && 0.5 # at character 30: 0.5 stands where a comparison is"
            + " expected",
        "NetworkErrorRatio() > 0.5 && # at character 29: expected NetworkErrorRatio(),"
            + " ResponseCodeRatio(), LatencyAtQuantileMS(), found the end of the expression",
        "LatencyAtQuantileMS(50.0) > 99999999999 # at character 29: 99999999999 is too large",
      })
  void saysWhereAnExpressionIsNoneAndWhatWasExpected(String expression, String message) {
    assertThatThrownBy(() -> Expression.parse(expression))
        .isInstanceOf(ExpressionException.class)
        .hasMessage(message);
  }

  @Test
  void expressionsAreBounded() {
    assertThatThrownBy(() -> Expression.parse(" ".repeat(10_001)))
        .hasMessageContaining("at most 10000 characters");
    assertThatThrownBy(() -> Expression.parse("(".repeat(200)))
        .hasMessageContaining("nested at most 100 deep");
    assertThatThrownBy(() -> Expression.parse("NetworkErrorRatio() > 0.1 || ".repeat(31)))
        .hasMessageContaining("at most 30 functions");
  }
}
