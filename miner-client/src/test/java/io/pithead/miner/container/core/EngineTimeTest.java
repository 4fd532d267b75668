package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTimeTest {
    private static final DateTimeFormatter USUAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);
    private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final String CHARACTERS = "0123456789-:.TtZz +\u00e9";

    /** Empty for what is no time. */
    private static Optional<Instant> ours(String text) {
        byte[] line = ("x" + text + " y").getBytes(StandardCharsets.ISO_8859_1);
        try {
            return Optional.of(EngineTime.parse(line, 1, line.length - 2));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> theLibrarys(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Test
    void the_usual_form_is_read() {
        assertThat(ours("2026-11-01T12:34:56.000000789Z")).contains(Instant.ofEpochSecond(1_793_536_496L, 789));
        assertThat(ours("1969-12-31T23:59:59.999999999Z")).contains(Instant.ofEpochSecond(-1, 999_999_999));
    }

    @Property(tries = 2_000)
    void a_time_is_read_as_the_library_reads_it(@ForAll Random dice) {
        Instant time = Instant.ofEpochSecond(dice.nextLong(FIRST, LAST + 1), dice.nextInt(1_000_000_000));
        assertThat(ours(USUAL.format(time))).contains(time);
    }

    @Property(tries = 5_000)
    void what_is_nearly_a_time_is_what_the_library_says(
            @ForAll Random dice, @ForAll @IntRange(min = 1, max = 3) int changes) {
        Instant time = Instant.ofEpochSecond(dice.nextLong(FIRST, LAST + 1), dice.nextInt(1_000_000_000));
        var text = new StringBuilder(USUAL.format(time));
        for (int i = 0; i < changes; i++) {
            text.setCharAt(dice.nextInt(text.length()), CHARACTERS.charAt(dice.nextInt(CHARACTERS.length())));
        }
        assertThat(ours(text.toString())).as(text.toString()).isEqualTo(theLibrarys(text.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-29T00:00:00.000000000Z",
                "2026-02-29T00:00:00.000000000Z",
                "2000-02-29T00:00:00.000000000Z",
                "1900-02-29T00:00:00.000000000Z",
                "2026-04-31T00:00:00.000000000Z",
                "2026-00-10T00:00:00.000000000Z",
                "2026-13-10T00:00:00.000000000Z",
                "2026-10-00T00:00:00.000000000Z",
                "2026-12-31T24:00:00.000000000Z",
                "2026-12-31T24:00:00.000000001Z",
                "2026-12-31T23:60:00.000000000Z",
                "2026-12-31T23:59:60.000000000Z",
                "2016-12-31T23:59:60.000000000Z",
                "2026-12-31T23:59:61.000000000Z",
                "2026-11-01t12:00:00.000000001z",
                "2026-11-01T12:00:00.1Z",
                "2026-11-01T12:00:00Z",
                "2026-11-01T12:00Z",
                "2026-11-01T12:00:00.0000000010Z",
                "2026-11-01T12:00:00.00001+01:00",
                "+12026-11-01T12:00:00.0000001Z",
                "-2026-11-01T12:00:00.00000001Z",
                "2026-11-01T12:00:00.00000000\u00b9Z",
                "yesterday",
                ""
            })
    void what_is_odd_is_what_the_library_says(String text) {
        assertThat(ours(text)).isEqualTo(theLibrarys(text));
    }

    @Test
    void what_is_no_time_is_said_so() {
        byte[] text = "2026-11-01T12:00:00.00000000xZ".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> EngineTime.parse(text, 0, text.length)).isInstanceOf(DateTimeException.class);
    }
}
