package io.pithead.coordinator.artifact.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.artifact.core.UploadDecision.Accept;
import io.pithead.coordinator.artifact.core.UploadDecision.OtherSize;
import io.pithead.coordinator.artifact.core.UploadDecision.TooLarge;
import io.pithead.coordinator.artifact.core.UploadDecision.WrongOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class UploadDecisionTest {
    private static final long NONE = -1;
    private static final long MAX = 100;

    @Test
    void the_first_piece_begins_afresh_whatever_is_there() {
        assertThat(UploadDecision.decide(new Piece(0, 5, 10), NONE, 0, MAX)).isEqualTo(new Accept(true));
        assertThat(UploadDecision.decide(new Piece(0, 5, 10), 10, 7, MAX)).isEqualTo(new Accept(true));
        assertThat(UploadDecision.decide(new Piece(0, 5, 10), 20, 7, MAX)).isEqualTo(new Accept(true));
    }

    @Test
    void a_piece_continues_exactly_where_the_upload_stands() {
        assertThat(UploadDecision.decide(new Piece(5, 5, 10), 10, 5, MAX)).isEqualTo(new Accept(false));
        assertThat(UploadDecision.decide(new Piece(6, 4, 10), 10, 5, MAX)).isEqualTo(new WrongOffset(5));
        assertThat(UploadDecision.decide(new Piece(4, 6, 10), 10, 5, MAX)).isEqualTo(new WrongOffset(5));
    }

    @Test
    void what_has_not_begun_begins_at_zero() {
        assertThat(UploadDecision.decide(new Piece(5, 5, 10), NONE, 5, MAX)).isEqualTo(new WrongOffset(0));
    }

    @Test
    void the_size_stays_what_was_announced() {
        assertThat(UploadDecision.decide(new Piece(5, 5, 10), 11, 5, MAX)).isEqualTo(new OtherSize(11));
    }

    @Property
    void no_accepted_piece_makes_an_upload_larger_than_allowed(
            @ForAll @LongRange(max = 200) long from,
            @ForAll @LongRange(max = 200) long length,
            @ForAll @LongRange(max = 200) long rest,
            @ForAll @LongRange(min = -1, max = 200) long begun,
            @ForAll @LongRange(max = 200) long offset) {
        var piece = new Piece(from, length, from + length + rest);
        switch (UploadDecision.decide(piece, begun, offset, MAX)) {
            case Accept accept -> {
                assertThat(piece.total()).isLessThanOrEqualTo(MAX);
                assertThat(accept.afresh() || (from == offset && begun == piece.total()))
                        .isTrue();
            }
            case TooLarge tooLarge -> assertThat(piece.total()).isGreaterThan(MAX);
            case WrongOffset wrong -> assertThat(wrong.wanted()).isNotEqualTo(from);
            case OtherSize other -> assertThat(other.begun()).isNotEqualTo(piece.total());
        }
    }
}
