package io.pithead.web.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorCode.Category;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusesTest {
    private static final Map<Category, int[]> STATUSES = Map.of(
            Category.INVALID, new int[] {400, 405, 406, 413, 415, 416, 422},
            Category.UNAUTHENTICATED, new int[] {401},
            Category.FORBIDDEN, new int[] {403},
            Category.NOT_FOUND, new int[] {404},
            Category.CONFLICT, new int[] {409, 425},
            Category.EXHAUSTED, new int[] {402, 429},
            Category.UNAVAILABLE, new int[] {503},
            Category.INTERNAL, new int[] {500});

    @ParameterizedTest
    @EnumSource
    void a_code_has_a_status_of_its_category_and_words(ErrorCode code) {
        assertThat(STATUSES.get(code.category())).contains(Statuses.of(code));
        assertThat(Statuses.message(code)).isNotBlank();
    }

    @ParameterizedTest
    @EnumSource
    void a_status_that_the_container_raised_finds_a_code_of_the_same_category(ErrorCode code) {
        if (code != ErrorCode.INSUFFICIENT_FUNDS && code != ErrorCode.JOB_NOT_READY) {
            assertThat(Statuses.codeOf(Statuses.of(code)).category()).isEqualTo(code.category());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,MALFORMED_REQUEST",
        "414,MALFORMED_REQUEST",
        "431,MALFORMED_REQUEST",
        "501,INTERNAL",
        "505,INTERNAL"
    })
    void a_status_that_is_not_in_the_table_is_the_callers_or_ours_by_its_hundred(int status, ErrorCode code) {
        assertThat(Statuses.codeOf(status)).isEqualTo(code);
    }

    @Test
    void the_codes_of_the_api_keep_their_statuses() {
        assertThat(Statuses.of(ErrorCode.INSUFFICIENT_FUNDS)).isEqualTo(402);
        assertThat(Statuses.of(ErrorCode.JOB_NOT_READY)).isEqualTo(425);
        assertThat(Statuses.of(ErrorCode.INVALID_PAYLOAD)).isEqualTo(422);
    }
}
