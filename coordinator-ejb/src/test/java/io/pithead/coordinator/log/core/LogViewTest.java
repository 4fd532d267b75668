package io.pithead.coordinator.log.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LogViewTest {
    private static final String LOG = """
            2026-01-01T00:00:00Z stdout F one
            2026-01-01T00:00:01.5Z stderr F two
            2026-01-01T00:00:02Z stdout P thr
            2026-01-01T00:00:02Z stdout F ee
            """;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String from(String text, int offset) {
        byte[] all = bytes(text);
        return new String(Arrays.copyOfRange(all, offset, all.length), StandardCharsets.UTF_8);
    }

    @Test
    void the_tail_is_the_last_lines() {
        assertThat(from("a\nb\nc\n", LogView.tail(bytes("a\nb\nc\n"), 2))).isEqualTo("b\nc\n");
        assertThat(from("a\nb\nc", LogView.tail(bytes("a\nb\nc"), 2))).isEqualTo("b\nc");
        assertThat(LogView.tail(bytes("a\n"), 9)).isZero();
        assertThat(LogView.tail(bytes("a\n"), 0)).isEqualTo(2);
        assertThat(LogView.tail(new byte[0], 3)).isZero();
    }

    @Test
    void since_finds_the_first_line_that_is_not_earlier() {
        assertThat(from(LOG, LogView.since(bytes(LOG), Instant.parse("2026-01-01T00:00:01.5Z"))))
                .startsWith("2026-01-01T00:00:01.5Z stderr");
        assertThat(LogView.since(bytes(LOG), Instant.parse("2027-01-01T00:00:00Z")))
                .isEqualTo(LOG.length());
        assertThat(LogView.since(bytes("no time\n"), Instant.EPOCH)).isEqualTo(8);
        String unfinished = LOG + "2026-01-01T00:00:03Z stdout P unf";
        assertThat(LogView.since(bytes(unfinished), Instant.parse("2026-01-01T00:00:03Z")))
                .isEqualTo(LOG.length());
    }

    @Test
    void the_clean_view_joins_parts_and_drops_what_a_terminal_would_not_show() {
        assertThat(LogView.clean(LOG, null)).isEqualTo("one\ntwo\nthree\n");
        assertThat(LogView.clean(LOG, "stderr")).isEqualTo("two\n");
        assertThat(LogView.clean("of no stream\n" + LOG, "stderr")).isEqualTo("of no stream\ntwo\n");
        assertThat(LogView.clean("\u001b[31mred\u001b[0m 10%\r 55%\r100%\r\n", null))
                .isEqualTo("100%\n");
        assertThat(LogView.clean("\u001b]0;title\u0007plain", null)).isEqualTo("plain");
    }

    @Property
    void a_tail_begins_after_a_line_end_or_at_the_start(@ForAll String text, @ForAll @IntRange(max = 5) int lines) {
        byte[] all = bytes(text);
        int at = LogView.tail(all, lines);
        assertThat(at).isBetween(0, all.length);
        assertThat(at == 0 || at == all.length || all[at - 1] == '\n').isTrue();
    }

    @Property
    void cleaning_never_fails_and_leaves_no_escapes(@ForAll String text) {
        assertThat(LogView.clean(text + "\u001b[1m", null)).doesNotContain("\u001b[1m");
    }
}
