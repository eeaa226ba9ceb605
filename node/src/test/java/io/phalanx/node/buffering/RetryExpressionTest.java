package io.phalanx.node.buffering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryExpressionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "IsNetworkError() ; 1 ; 502 ; GET ; true",
        "IsNetworkError() ; 1 ; 504 ; GET ; true",
        "IsNetworkError() ; 1 ; 503 ; GET ; false",
        "IsNetworkError() && Attempts() < 3 ; 3 ; 502 ; GET ; false",
        "ResponseCode() == 503 && Attempts() <= 2 ; 2 ; 503 ; GET ; true",
        "ResponseCode() >= 500 || ResponseCode() == 429 ; 1 ; 429 ; GET ; true",
        "ResponseCode() != 200 ; 1 ; 200 ; GET ; false",
        "ResponseCode() > 500 ; 1 ; 500 ; GET ; false",
        "RequestMethod() == \"GET\" && IsNetworkError() ; 1 ; 502 ; POST ; false",
        "RequestMethod() != \"POST\" ; 1 ; 502 ; GET ; true",
        "Attempts() == 1 || Attempts() == 2 && ResponseCode() == 1 ; 1 ; 500 ; GET ; true",
        "(Attempts() == 1 || Attempts() == 2) && ResponseCode() == 1 ; 1 ; 500 ; GET ; false",
        "( IsNetworkError( ) )  ; 1 ; 502 ; GET ; true"
      })
  void holdsAsItIsWritten(String text, int attempts, int status, String method, boolean holds) {
    var outcome = new RetryExpression.Outcome(attempts, status, method);

    assertThat(RetryExpression.parse(text).holds(outcome)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Attempt() < 3 ; at character 1: expected IsNetworkError(), Attempts(), ResponseCode(),"
            + " RequestMethod()",
        "Attempts() ; at character 11: expected a comparison, as in Attempts() < 3",
        "Attempts() < ; at character 13: expected a whole number",
        "Attempts() < 3 && ; at character 18: expected IsNetworkError(), Attempts(),"
            + " ResponseCode(), RequestMethod()",
        "Attempts() < 3 ResponseCode() ; at character 15: expected &&, || or the end",
        "(IsNetworkError() ; at character 18: expected )",
        "RequestMethod() < 1 ; at character 16: expected == or !=, as in RequestMethod() =="
            + " \"GET\"",
        "RequestMethod() == 1 ; at character 19: expected a text in quotes",
        "!IsNetworkError() ; at character 1: \"!IsNetworkError()\" is not understood"
      })
  void tellsWhereItGoesWrong(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetryExpression.parse(text))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource({"200, 'at character 101'", "20000, it has more than 10000 characters"})
  void isBounded(int parentheses, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetryExpression.parse("(".repeat(parentheses)))
        .withMessageStartingWith(message);
  }
}
