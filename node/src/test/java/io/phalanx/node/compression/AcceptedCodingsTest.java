package io.phalanx.node.compression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedCodingsTest {
  private static final List<Coding> ALL = List.of(Coding.GZIP, Coding.BROTLI, Coding.ZSTD);

  private static String chosen(AcceptedCodings codings, String... lines) {
    return codings.choose(List.of(lines)).map(Coding::text).orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "br, gzip | gzip",
        "gzip;q=0.5, br;q=0.9, zstd;q=0.7 | br",
        "gzip;q=0, zstd | zstd",
        "GZIP ; Q=0.5 , br;q=0.4 | gzip",
        "deflate | ''",
        "gzip;q=0 | ''",
        "'' | ''",
        "gzip;q=0.5, identity | ''",
        "gzip, identity | gzip",
        "gzip;q=0.5, identity;q=0.4 | gzip",
        "identity | ''",
        "* | gzip",
        "*;q=0 | ''",
        "gzip;q=0, * | br",
        "gzip;q=0.2, *;q=0.8 | br",
        "gzip, *;q=0.5 | gzip",
        "zstd, * | zstd",
        "gzip;q=0, br;q=0, zstd;q=0, * | ''",
        "gzip;q=x, br;q=2, zstd;q=0.1 | zstd",
        "gzip;q=1.000;x=y | gzip",
        ",,;q=1,br | br",
        "; | ''",
        ";;, gzip;;q=0.5 | gzip",
        "gzip;q=.5, br;q=.7 | br",
        "gzip;q=1.0000, br;q=0.99999 | gzip",
        "gzip;q=0.0001 | gzip",
        "gzip;q=., br;q=, zstd;q=0.5.5 | ''",
        "gzip;q=1e0, br;q=0x1p0, zstd;q=+1 | ''",
        "gzip;q=0.5;q=0.9, br;q=0.7 | gzip"
      })
  void theHighestWeightWinsAndThenTheFirst(String line, String coding) {
    assertThat(chosen(new AcceptedCodings(ALL, Optional.empty()), line)).isEqualTo(coding);
  }

  @Test
  void severalLinesAreOneList() {
    var codings = new AcceptedCodings(ALL, Optional.empty());

    assertThat(chosen(codings, "gzip;q=0.1", "zstd;q=0.2, br;q=0.1")).isEqualTo("zstd");
  }

  @Test
  void whoNamesTooManyGetsTheBodyAsItIs() {
    var codings = new AcceptedCodings(ALL, Optional.of(Coding.BROTLI));

    assertThat(chosen(codings, "gzip" + ", x".repeat(63))).isEqualTo("gzip");
    assertThat(chosen(codings, "gzip" + ", x".repeat(64))).isEmpty();
    assertThat(chosen(codings, "gzip" + ",".repeat(64))).isEmpty();
    assertThat(codings.choose(Collections.nCopies(64, "gzip"))).contains(Coding.GZIP);
    assertThat(codings.choose(Collections.nCopies(65, "gzip"))).isEmpty();
    assertThat(chosen(codings, "gzip;x=" + "x".repeat(8000))).isEqualTo("gzip");
    assertThat(chosen(codings, "gzip;x=" + "x".repeat(4096), "br;x=" + "x".repeat(4096))).isEmpty();
  }

  @Test
  void theStandardIsForThoseWhoDoNotSay() {
    var with = new AcceptedCodings(ALL, Optional.of(Coding.BROTLI));
    var without = new AcceptedCodings(ALL, Optional.empty());

    assertThat(chosen(with)).isEqualTo("br");
    assertThat(chosen(without)).isEmpty();
    assertThat(chosen(with, "*")).isEqualTo("br");
    assertThat(chosen(with, "")).isEmpty();
    assertThat(chosen(with, "gzip")).isEqualTo("gzip");
    assertThat(chosen(with, "br;q=0, *")).isEqualTo("gzip");
  }

  @Test
  void theOrderIsTheAuthors() {
    var codings = new AcceptedCodings(List.of(Coding.ZSTD, Coding.GZIP), Optional.empty());

    assertThat(chosen(codings, "gzip, br, zstd")).isEqualTo("zstd");
    assertThat(chosen(codings, "br")).isEmpty();
  }
}
