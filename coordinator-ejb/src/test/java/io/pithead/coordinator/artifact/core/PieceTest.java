package io.pithead.coordinator.artifact.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PieceTest {
    @Test
    void without_a_range_a_body_is_the_whole_artifact() {
        assertThat(Piece.of(null, 10L)).contains(new Piece(0, 10, 10));
        assertThat(Piece.of(null, 0L)).contains(new Piece(0, 0, 0));
    }

    @Test
    void the_size_must_be_known_before_the_first_byte() {
        assertThat(Piece.of(null, null)).isEmpty();
        assertThat(Piece.of(null, -1L)).isEmpty();
        assertThat(Piece.of("bytes 0-4/*", 5L)).isEmpty();
    }

    @Test
    void a_range_is_both_ends_and_the_size() {
        assertThat(Piece.of("bytes 5-9/20", 5L)).contains(new Piece(5, 5, 20));
        assertThat(Piece.of("bytes 5-9/20", null)).contains(new Piece(5, 5, 20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 5-9/9",
                "bytes 9-5/20",
                "bytes 0-20/20",
                "bytes -5-9/20",
                "bytes 5-9",
                "bytes */20",
                "lines 5-9/20",
                "bytes=5-9/20",
                "bytes 5-9/20,30-40/50",
                "bytes 5-9/99999999999999999999999",
                "bytes 99999999999999999999-9/20",
                ""
            })
    void what_is_no_range_is_refused(String range) {
        assertThat(Piece.of(range, null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4", "6", "0"})
    void a_body_of_another_length_than_its_range_is_refused(@Nullable Long length) {
        assertThat(Piece.of("bytes 5-9/20", length)).isEmpty();
    }

    @Test
    void the_last_piece_reaches_the_end() {
        assertThat(new Piece(5, 5, 10).isLast()).isTrue();
        assertThat(new Piece(5, 4, 10).isLast()).isFalse();
    }
}
