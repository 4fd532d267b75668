package io.pithead.web.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {
    @Test
    void a_body_at_the_limit_is_read() throws IOException {
        assertThat(body(BoundedBody.MAX_BYTES).readAllBytes()).hasSize(BoundedBody.MAX_BYTES);
    }

    @Test
    void one_byte_more_is_refused_however_it_is_read() {
        assertTooLarge(() -> body(BoundedBody.MAX_BYTES + 1).readAllBytes());
        assertTooLarge(() -> body(BoundedBody.MAX_BYTES + 1).skip(Long.MAX_VALUE));
        assertTooLarge(() -> {
            InputStream body = body(BoundedBody.MAX_BYTES + 1);
            int value;
            do {
                value = body.read();
            } while (value >= 0);
        });
    }

    @Test
    void an_endless_body_is_refused_soon_after_the_limit() {
        var endless = new InputStream() {
            private long served;

            @Override
            public int read() {
                served++;
                return 'x';
            }
        };
        assertTooLarge(() -> new BoundedBody.Bounded(endless, BoundedBody.MAX_BYTES).readAllBytes());
        assertThat(endless.served).isLessThan(2L * BoundedBody.MAX_BYTES);
    }

    private static void assertTooLarge(ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
    }

    private static InputStream body(int length) {
        return new BoundedBody.Bounded(new ByteArrayInputStream(new byte[length]), BoundedBody.MAX_BYTES);
    }
}
