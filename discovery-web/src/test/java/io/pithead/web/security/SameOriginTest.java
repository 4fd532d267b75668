package io.pithead.web.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SameOriginTest {
    private final MultivaluedHashMap<String, String> headers = new MultivaluedHashMap<>();

    private boolean isRefused() {
        CoordinatorException refused =
                catchThrowableOfType(CoordinatorException.class, () -> SameOrigin.require(headers));
        return refused != null && refused.code() == ErrorCode.FORBIDDEN_ORIGIN;
    }

    @Test
    void a_caller_that_is_no_browser_says_nothing_and_may() {
        headers.add("Host", "pithead.example");

        assertThat(isRefused()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://pithead.example:8443", "http://pithead.example:8443", "https://PITHEAD.example:8443"})
    void a_page_of_this_server_may(String origin) {
        headers.add("Host", "pithead.example:8443");
        headers.add("Origin", origin);
        headers.add("Sec-Fetch-Site", "same-origin");

        assertThat(isRefused()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "https://evil.example",
                "https://pithead.example.evil.example:8443",
                "https://pithead.example",
                "https://pithead.example:8444",
                "https://x@pithead.example:8443",
                "file://pithead.example:8443",
                "not an origin"
            })
    void another_origin_may_not(String origin) {
        headers.add("Host", "pithead.example:8443");
        headers.add("Origin", origin);

        assertThat(isRefused()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "none", ""})
    void what_the_browser_says_comes_from_elsewhere_may_not(String site) {
        headers.add("Host", "pithead.example");
        headers.add("Sec-Fetch-Site", site);

        assertThat(isRefused()).isTrue();
    }

    @Test
    void one_wrong_of_two_is_wrong() {
        headers.add("Host", "pithead.example");
        headers.put("Origin", List.of("https://pithead.example", "https://evil.example"));

        assertThat(isRefused()).isTrue();
    }
}
