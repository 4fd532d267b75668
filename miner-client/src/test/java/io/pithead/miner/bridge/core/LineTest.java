package io.pithead.miner.bridge.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.miner.bridge.core.Refused.Code;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
    private static Line parse(String line) throws Refused {
        return Line.parse(line.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void a_line_says_one_thing() throws Exception {
        assertThat(parse("{\"metrics\":{\"loss\":0.25,\"tokens/s\":1e3,\"step\":7}}")
                        .metrics())
                .isEqualTo(Map.of("loss", 0.25, "tokens/s", 1_000.0, "step", 7.0));
        assertThat(parse("{\"progress\":{\"percent\":40,\"note\":\"epoch 2\"}}").progress())
                .isEqualTo(new Line.Progress(40, "epoch 2"));
        assertThat(parse("{\"file\":\"/data/x\"}").file()).isEqualTo("/data/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{}",
                "{\"metrics\":{}}",
                "{\"metrics\":{\"loss\":\"1\"}}",
                "{\"metrics\":{\"loss\":null}}",
                "{\"metrics\":{\"loss\":true}}",
                "{\"metrics\":{\"loss\":{\"a\":1}}}",
                "{\"metrics\":{\"loss\":1e999}}",
                "{\"metrics\":{\"loss\":NaN}}",
                "{\"metrics\":{\"\":1}}",
                "{\"metrics\":{\"1x\":1}}",
                "{\"metrics\":{\"a b\":1}}",
                "{\"metrics\":{\"loss\":1},\"file\":\"x\"}",
                "{\"metrics\":{\"loss\":1,\"loss\":2}}",
                "{\"progress\":{\"percent\":101}}",
                "{\"progress\":{\"percent\":-1}}",
                "{\"progress\":{\"note\":\"x\"}}",
                "{\"progress\":{\"percent\":1,\"note\":\"\\u0000\"}}",
                "{\"file\":7}",
                "{\"task\":\"another\",\"file\":\"x\"}",
                "{\"file\":\"x\"} {\"file\":\"y\"}"
            })
    void anything_else_is_refused(String line) {
        refused(Code.INVALID_LINE, () -> parse(line));
    }

    @Test
    void what_is_no_text_is_refused() {
        refused(Code.INVALID_LINE, () -> Line.parse(new byte[] {'{', '"', (byte) 0xc3, '"', '}'}));
    }

    private static String metrics(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> "\"m" + i + "\":" + i)
                .collect(Collectors.joining(",", "{\"metrics\":{", "}}"));
    }

    @Test
    void a_container_has_so_many_names_and_no_more() throws Exception {
        refused(Code.INVALID_LINE, () -> parse(metrics(0, 33)));
        Saying full = Saying.NOTHING.with(requireNonNull(parse(metrics(0, 32)).metrics()));
        refused(Code.TOO_MANY_METRICS, () -> full.with(Map.of("another", 1.0)));
        assertThat(full.with(Map.of("m0", 9.0)).metrics())
                .containsEntry("m0", 9.0)
                .hasSize(32);
    }

    @ParameterizedTest
    @CsvSource({"/data/a/b,a/b", "a/b,a/b", "data/a,data/a", "/data/data/x,data/x"})
    void a_file_is_named_from_data_on(String said, String path) throws Exception {
        assertThat(DataPath.of(said).text()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "/data",
                "/data/",
                "/data//x",
                "/data/../x",
                "../x",
                "a/../../x",
                "./x",
                "",
                "/",
                "/data/x/",
                "//data/x",
                "/shared/x",
                "/datax/y"
            })
    void and_never_leads_out_of_it(String said) {
        refused(Code.INVALID_PATH, () -> DataPath.of(said));
    }

    /** However fast they come, no more are read than the burst and the pace allow. */
    @Property
    void lines_are_read_at_a_pace(
            @ForAll @IntRange(min = 1, max = 500) int lines, @ForAll @LongRange(max = 1_000_000_000) long between) {
        long now = 0;
        LinePace pace = LinePace.begun(now);
        for (int i = 0; i < lines; i++) {
            now += pace.delay(now).toNanos();
            pace = pace.next(now);
            now += between / lines;
        }
        long allowed = LinePace.BURST + now / LinePace.EACH.toNanos() + 1;
        assertThat((long) lines).isLessThanOrEqualTo(allowed + 1);
    }

    @Test
    void who_says_little_never_waits() {
        long now = Long.MAX_VALUE - 5;
        LinePace pace = LinePace.begun(now);
        for (int i = 0; i < 1_000; i++) {
            assertThat(pace.delay(now)).isEqualTo(Duration.ZERO);
            pace = pace.next(now);
            now += LinePace.EACH.toNanos();
        }
    }
}
