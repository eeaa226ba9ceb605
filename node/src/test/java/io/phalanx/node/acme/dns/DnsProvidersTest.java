package io.phalanx.node.acme.dns;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.providers.tree.Secret;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsProvidersTest {
  private static DnsOptions options(String provider, String variables) {
    var own = new LinkedHashMap<String, Secret>();
    for (String pair : variables.split(" ")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        own.put(pair.substring(0, equals), new Secret(pair.substring(equals + 1)));
      }
    }
    return new DnsOptions(
        provider,
        new Variables(own, Map.of()),
        List.of(),
        List.of(),
        new DnsOptions.Checks(true, false),
        Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cloudfare | | did you mean \"cloudflare\"?",
        "cloudflare | CF_DNS_API_TOKN=x | knows no CF_DNS_API_TOKN; did you mean",
        "cloudflare | RFC2136_NAMESERVER=x | provider cloudflare knows no RFC2136_NAMESERVER",
        "cloudflare | CF_DNS_API_TOKEN=x CLOUDFLARE_TTL=soon | CLOUDFLARE_TTL is a number",
        "rfc2136 | RFC2136_NAMESERVER=a:b:c:d:99999x RFC2136_TTL=1 | ",
        "rfc2136 | RFC2136_NAMESERVER=ns.test:99999 | is no name server",
        "rfc2136 | RFC2136_NAMESERVER=n RFC2136_TSIG_KEY=k RFC2136_TSIG_SECRET=*"
            + " | TSIG key is not in base64",
        "rfc2136 | RFC2136_NAMESERVER=n RFC2136_TSIG_KEY=k RFC2136_TSIG_SECRET=AA=="
            + " RFC2136_TSIG_ALGORITHM=rot13 | RFC2136_TSIG_ALGORITHM is none of hmac-md5",
        "exec | EXEC_PATH=/x LEGO_DISABLE_CNAME_SUPPORT=perhaps | is neither true nor false",
        "exec | EXEC_PATH=/x EXEC_MODE=cooked | EXEC_MODE is RAW or is not there",
        "route53 | AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_PRIVATE_ZONE=maybe"
            + " | AWS_PRIVATE_ZONE is neither true nor false",
        "gandiv5 | GANDIV5_API_KEY=a GANDIV5_BASE_URL=http://api.test | is an https URL",
      })
  void namesWhatIsWrong(String provider, String variables, String message) {
    assertThatThrownBy(
            () -> DnsProviders.check(options(provider, variables == null ? "" : variables)))
        .isInstanceOf(IllegalArgumentException.class)
        .isNotInstanceOf(MissingVariableException.class)
        .hasMessageContaining(message == null ? "is no name server" : message);
  }

  @ParameterizedTest
  @CsvSource({
    "rfc2136, RFC2136_NAMESERVER",
    "exec, EXEC_PATH",
    "httpreq, HTTPREQ_ENDPOINT",
    "cloudflare, CF_DNS_API_TOKEN",
    "route53, AWS_SECRET_ACCESS_KEY",
    "digitalocean, DO_AUTH_TOKEN",
    "hetzner, HETZNER_API_TOKEN",
    "gandiv5, GANDIV5_PERSONAL_ACCESS_TOKEN"
  })
  void namesWhatIsMissing(String provider, String variable) {
    assertThatThrownBy(() -> DnsProviders.check(options(provider, "")))
        .isInstanceOf(MissingVariableException.class)
        .hasMessageContaining("provider " + provider + " needs " + variable);
  }

  @Test
  void aProgramMayHaveVariablesOfItsOwn() {
    assertThatCode(() -> DnsProviders.check(options("exec", "EXEC_PATH=/x MY_TOKEN=y")))
        .doesNotThrowAnyException();
  }
}
