package io.pithead.protocol.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    /** As a database compares them. */
    private static final Comparator<UUID> BY_TEXT = Comparator.comparing(UUID::toString);

    @Test
    void ids_are_of_version_7_and_sort_by_creation_even_within_a_millisecond_and_when_the_clock_goes_back() {
        Instant now = Instant.parse("2026-11-01T12:00:00Z");
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(Ids.next(i % 2 == 0 ? now : now.minusSeconds(60)));
        }
        assertThat(ids).isSortedAccordingTo(BY_TEXT).doesNotHaveDuplicates();
        assertThat(ids).allSatisfy(id -> {
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
        });
    }

    @Test
    void the_border_of_a_partition_is_the_least_id_of_its_instant() {
        // later than every other test's, so that none of theirs has moved the counter on
        Instant border = Instant.parse("2126-01-01T00:00:00.500Z");
        UUID first = Ids.next(border);
        assertThat(Ids.floor(border)).usingComparator(BY_TEXT).isLessThanOrEqualTo(first);
        assertThat(Ids.floor(border.plusMillis(1))).usingComparator(BY_TEXT).isGreaterThan(first);
        assertThat(Ids.timeOf(first)).isEqualTo(border);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "0198f3a0111170008000000000000001", "0198f3a0-1111-7000-8000-00000000000g"})
    void what_is_no_id_is_none(String text) {
        assertThat(Ids.parse(text)).isEmpty();
    }

    @Test
    void an_id_is_read_as_it_is_written() {
        UUID id = Ids.next(Instant.parse("2026-11-01T12:00:00Z"));
        assertThat(Ids.parse(id.toString())).contains(id);
    }
}
