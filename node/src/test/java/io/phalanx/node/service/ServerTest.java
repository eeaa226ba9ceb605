package io.phalanx.node.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a",
        "HTTP://a",
        "https://a",
        "h2c://a",
        "http://a:80/base",
        "http://a:",
        "http://my_service:8080",
        "http://[::1]:9000",
        "http://[::1]",
        " http://a "
      })
  void takesUrlsOfServers(String url) {
    assertThat(Server.of(url, 1, false).text()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftp://a",
        "http://",
        "http:///path",
        "http:a",
        "http://:80",
        "http://a:0",
        "http://a:65536",
        "http://a:http",
        "http://my_service:70000",
        "a:80",
        "http://a b"
      })
  void refusesUrlsThatCannotBeServed(String url) {
    assertThatThrownBy(() -> Server.of(url, 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining('"' + url + '"');
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://joe:secret@a", "http://joe:secret@a b", "ftp://joe:sec/ret@a"})
  void doesNotRepeatPasswords(String url) {
    assertThatThrownBy(() -> Server.of(url, 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("ret");
  }

  @Test
  void isCheckedHoweverItIsMade() {
    assertThatThrownBy(() -> new Server(URI.create("ftp://a"), 1, false, "ftp://a"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
