package io.pithead.coordinator.webhook.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUrlTest {
    private static final Ports PORTS = Ports.parse(Ports.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "https://example.com/hook, https://example.com:443",
        "HTTP://Example.COM/, http://example.com:80",
        "http://example.com:8080/a?b=c, http://example.com:8080",
        "https://[2606:4700::1111]/, https://[2606:4700::1111]:443",
        "https://xn--bcher-kva.example./x, https://xn--bcher-kva.example.:443"
    })
    void a_plain_url_is_accepted_and_counted_by_its_host(String url, String host) {
        assertThat(TargetUrl.parse(url, PORTS)).isEqualTo(new TargetUrl.Accepted(URI.create(url), host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/relative",
                "example.com",
                "ftp://example.com/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "http:example.com",
                "http://",
                "http:///path",
                "https://user@example.com/",
                "https://user:secret@example.com/",
                "https://@example.com/",
                "https://example.com/#fragment",
                "https://example.com:22/",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://exa mple.com/",
                "https://example.com/\r\nX-Injected: 1",
                "https://[fe80::1%25eth0]/",
                "https://ex_ample.com/",
                "https://-example.com/",
                "https://bücher.example/",
                "gopher://127.0.0.1:6379/_"
            })
    void anything_else_is_refused_with_a_reason(String url) {
        assertThat(TargetUrl.parse(url, PORTS))
                .isInstanceOfSatisfying(
                        TargetUrl.Refused.class,
                        refused -> assertThat(refused.reason()).startsWith("must "));
    }

    @Test
    void a_url_has_a_bounded_length() {
        String base = "https://example.com/";

        assertThat(TargetUrl.parse(base + "a".repeat(TargetUrl.MAX_LENGTH - base.length()), PORTS))
                .isInstanceOf(TargetUrl.Accepted.class);
        assertThat(TargetUrl.parse(base + "a".repeat(TargetUrl.MAX_LENGTH - base.length() + 1), PORTS))
                .isInstanceOf(TargetUrl.Refused.class);
    }
}
