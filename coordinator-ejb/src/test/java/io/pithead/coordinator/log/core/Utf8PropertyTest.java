package io.pithead.coordinator.log.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class Utf8PropertyTest {
    private static final String TEXT = "aé€😀".repeat(8);
    private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.UTF_8);

    @Property
    void pieces_cut_one_after_another_are_the_text_again(@ForAll @IntRange(min = 4, max = 90) int limit) {
        var read = new StringBuilder();
        byte[] rest = BYTES;
        while (rest.length > 0) {
            int end = Utf8.cut(rest, limit);
            assertThat(end).isBetween(1, limit);
            read.append(new String(rest, 0, end, StandardCharsets.UTF_8));
            rest = Arrays.copyOfRange(rest, end, rest.length);
        }
        assertThat(read).hasToString(TEXT);
    }

    @Property
    void text_from_any_byte_on_begins_with_a_whole_character(@ForAll @IntRange(max = 79) int from) {
        byte[] rest = Arrays.copyOfRange(BYTES, from, BYTES.length);
        int torn = Utf8.torn(rest);
        assertThat(torn).isLessThanOrEqualTo(3);
        assertThat(TEXT).endsWith(new String(rest, torn, rest.length - torn, StandardCharsets.UTF_8));
    }

    @Property
    void bytes_that_are_no_text_are_cut_somewhere(
            @ForAll @ByteRange(min = Byte.MIN_VALUE, max = Byte.MAX_VALUE) byte[] bytes,
            @ForAll @IntRange(min = 1, max = 50) int limit) {
        assertThat(Utf8.cut(bytes, limit)).isLessThanOrEqualTo(Math.min(limit, bytes.length));
        assertThat(Utf8.torn(bytes)).isLessThanOrEqualTo(Math.min(3, bytes.length));
    }

    @Test
    void nothing_but_continuation_bytes_is_handed_on_as_it_is() {
        byte[] garbage = new byte[20];
        Arrays.fill(garbage, (byte) 0x80);
        assertThat(Utf8.torn(garbage)).isZero();
        assertThat(Utf8.cut(garbage, 10)).isEqualTo(10);
    }
}
