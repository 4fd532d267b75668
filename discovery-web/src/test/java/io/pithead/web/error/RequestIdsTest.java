package io.pithead.web.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "A-1_2.3", "0123456789012345678901234567890123456789012345678901234567890123"})
    void an_offered_id_of_the_right_form_is_taken(String id) {
        assertThat(RequestIds.idFor(id)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a\nb",
                "é",
                "a;b",
                "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void any_other_is_replaced(String id) {
        assertThat(RequestIds.idFor(id)).isNotEqualTo(id).matches("[0-9a-f-]{36}");
    }

    @Test
    void ids_differ() {
        assertThat(RequestIds.idFor(null)).isNotEqualTo(RequestIds.idFor(null));
    }
}
