package io.pithead.web.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class TimelyBodyTest {
    private static final byte[] BODY = {1, 2, 3};

    @Test
    void what_has_arrived_is_read_without_asking() throws IOException {
        assertThat(new TimelyBody(new ByteArrayInputStream(BODY), BODY.length, TimelyBody.LIMIT, new Semaphore(0))
                        .readAllBytes())
                .isEqualTo(BODY);
    }

    @Test
    void who_waits_needs_a_turn_and_gives_it_back() throws IOException {
        var turns = new Semaphore(1);
        assertThat(new TimelyBody(late(), Long.MAX_VALUE, TimelyBody.LIMIT, turns).readAllBytes())
                .isEqualTo(BODY);
        assertThat(turns.availablePermits()).isOne();
        assertRefused(
                new TimelyBody(late(), Long.MAX_VALUE, TimelyBody.LIMIT, new Semaphore(0)), ErrorCode.UNAVAILABLE);
    }

    @Test
    void a_sender_that_falls_silent_is_told_and_its_turn_goes_on() {
        var turns = new Semaphore(1);
        var silent = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("timed out");
            }
        };
        assertRefused(new TimelyBody(silent, Long.MAX_VALUE, TimelyBody.LIMIT, turns), ErrorCode.MALFORMED_REQUEST);
        assertThat(turns.availablePermits()).isOne();
    }

    @Test
    void no_more_is_read_than_was_announced() throws IOException {
        assertThat(new TimelyBody(new ByteArrayInputStream(BODY), 0, TimelyBody.LIMIT, new Semaphore(0)).read())
                .isNegative();
    }

    private static void assertRefused(InputStream body, ErrorCode code) {
        assertThatThrownBy(body::readAllBytes)
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** Says that nothing is there yet, and has it when it is read. */
    private static InputStream late() {
        return new ByteArrayInputStream(BODY) {
            @Override
            public synchronized int available() {
                return 0;
            }
        };
    }
}
