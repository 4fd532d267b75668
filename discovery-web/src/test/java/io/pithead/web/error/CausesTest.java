package io.pithead.web.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import jakarta.ejb.EJBException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CausesTest {
    private static final CoordinatorException REFUSED = new CoordinatorException(ErrorCode.LEASE_LOST, "gone");

    @Test
    void a_refusal_is_found_inside_what_containers_wrap_around_it() {
        assertThat(Causes.firstKnown(REFUSED)).isSameAs(REFUSED);
        assertThat(Causes.firstKnown(new CompletionException(new RuntimeException(REFUSED))))
                .isSameAs(REFUSED);
    }

    @Test
    void what_says_nothing_stays_as_it_is() {
        var unknown = new EJBException(new IllegalStateException("x"));
        assertThat(Causes.firstKnown(unknown)).isSameAs(unknown);
    }

    @Test
    void a_loop_of_causes_ends() {
        var first = new IllegalStateException("first");
        var second = new IllegalStateException("second", first);
        first.initCause(second);

        assertThat(Causes.firstKnown(first)).isSameAs(first);
        assertThat(Causes.isUnavailable(first)).isFalse();
        assertThat(Causes.innermost(first)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08001", "53300", "57P01"})
    void a_database_that_is_away_is_worth_another_try(String state) {
        assertThat(Causes.isUnavailable(new RuntimeException(new SQLException("x", state))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "42601", "22001"})
    void a_statement_that_is_wrong_is_not(String state) {
        assertThat(Causes.isUnavailable(new RuntimeException(new SQLException("x", state))))
                .isFalse();
    }

    @Test
    void an_empty_pool_is_worth_another_try() {
        assertThat(Causes.isUnavailable(new SQLException("Error in allocating a connection. Cause: full")))
                .isTrue();
        assertThat(Causes.isUnavailable(new SQLException("something else"))).isFalse();
    }
}
