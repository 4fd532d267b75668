package io.pithead.coordinator.artifact.core;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

final class ByteRangePropertyTest {
    private static final long MAX = 1_000;

    @Property
    void a_part_lies_within_the_file_and_is_never_empty(
            @ForAll @LongRange(max = MAX) long first,
            @ForAll @LongRange(max = 2 * MAX) long last,
            @ForAll @LongRange(max = MAX) long size) {
        switch (ByteRange.of("bytes=" + first + "-" + last, size)) {
            case ByteRange.Part part -> {
                assertThat(part.first()).isEqualTo(first).isLessThan(size);
                assertThat(part.last()).isBetween(first, size - 1).isLessThanOrEqualTo(last);
                assertThat(part.length()).isPositive();
            }
            case ByteRange.Unsatisfiable unsatisfiable -> assertThat(first).isGreaterThanOrEqualTo(size);
            case ByteRange.Whole whole -> assertThat(last).isLessThan(first);
        }
    }

    @Property
    void an_open_range_goes_to_the_end(
            @ForAll @LongRange(max = MAX) long first, @ForAll @LongRange(max = MAX) long size) {
        ByteRange range = ByteRange.of("bytes=" + first + "-", size);
        assertThat(range).isEqualTo(first < size ? new ByteRange.Part(first, size - 1) : new ByteRange.Unsatisfiable());
    }

    @Property
    void a_suffix_is_as_long_as_asked_or_as_there_is(
            @ForAll @LongRange(max = 2 * MAX) long length, @ForAll @LongRange(max = MAX) long size) {
        ByteRange range = ByteRange.of("bytes=-" + length, size);
        if (length == 0 || size == 0) {
            assertThat(range).isEqualTo(new ByteRange.Unsatisfiable());
            return;
        }
        assertThat(range).isEqualTo(new ByteRange.Part(size - Math.min(length, size), size - 1));
    }

    @Property
    void two_ranges_that_meet_cover_what_one_covers(
            @ForAll @LongRange(min = 2, max = MAX) long size, @ForAll @LongRange(min = 1, max = MAX) long cut) {
        long at = 1 + cut % (size - 1);
        var head = (ByteRange.Part) ByteRange.of("bytes=0-" + (at - 1), size);
        var tail = (ByteRange.Part) ByteRange.of("bytes=" + at + "-", size);
        assertThat(head.length() + tail.length()).isEqualTo(size);
        assertThat(tail.first()).isEqualTo(head.last() + 1);
    }

    @Property
    void any_text_is_a_range_or_is_ignored(@ForAll @StringLength(max = 40) String text) {
        assertThat(ByteRange.of(text, MAX)).isNotNull();
        assertThat(ByteRange.of("bytes=" + text, MAX)).isNotNull();
    }
}
