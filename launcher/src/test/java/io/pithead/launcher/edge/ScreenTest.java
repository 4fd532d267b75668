package io.pithead.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/v1/jobs", "//v1//jobs", "/v1/artifacts/a..b", "/v1/WEB-INF", "/a;b=../c", "/.well-known/x"
            })
    void what_can_be_served_goes_through(String path) {
        assertThat(Screen.check("GET", path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "v1",
                "/..",
                "/a/../b",
                "/a/./b",
                "/a/..;x/b",
                "/a\\b",
                "/a\u0000",
                "/a\r\nX:y",
                "/\u007f"
            })
    void what_leads_elsewhere_is_malformed(String path) {
        assertThat(Screen.check("GET", path)).contains(Refusal.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/WEB-INF", "/web-inf/x", "/META-INF;a/x", "//WEB-INF/x", "/;x/Web-Inf/x"})
    void what_belongs_to_the_archive_is_not_there(String path) {
        assertThat(Screen.check("GET", path)).contains(Refusal.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/jobs"})
    void nobody_traces(String path) {
        assertThat(Screen.check("TRACE", path)).contains(Refusal.METHOD_NOT_ALLOWED);
    }
}
