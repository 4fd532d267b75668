package io.pithead.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobState;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EventStreamTest {
    private static final int FAR_MORE_THAN_WAIT = 5_000;

    private final Connection connection = new Connection();
    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger stopped = new AtomicInteger();
    private EventStream stream;

    @BeforeEach
    void open() {
        stream = new EventStream(context(), connection);
        stream.open(stopped::incrementAndGet);
    }

    @Test
    void nothing_is_written_before_the_container_allows_it() {
        assertThat(stream.event(event(1))).isTrue();
        assertThat(connection.taken()).isEmpty();
        stream.onWritePossible();
        assertThat(connection.taken()).startsWith("retry: 2000\n\nid: 1\nevent: RUNNING\ndata: {\"seq\":1,");
        assertThat(connection.taken()).endsWith("}\n\n");
    }

    @Test
    void what_a_full_connection_does_not_take_waits_in_order() {
        stream.onWritePossible();
        connection.room = 0;
        stream.event(event(1));
        stream.event(event(2));
        assertThat(connection.taken()).doesNotContain("id:");
        connection.room = FAR_MORE_THAN_WAIT;
        stream.onWritePossible();
        assertThat(connection.taken()).containsSubsequence("id: 1\n", "id: 2\n");
    }

    @Test
    void a_client_that_does_not_read_is_dropped_when_too_much_waits() {
        stream.onWritePossible();
        connection.room = 0;
        int accepted = 0;
        while (accepted < FAR_MORE_THAN_WAIT && stream.event(event(accepted + 1))) {
            accepted++;
        }
        assertThat(accepted).isLessThan(FAR_MORE_THAN_WAIT).isGreaterThan(100);
        assertThat(completed).hasValue(1);
    }

    @Test
    void a_client_that_does_not_read_is_dropped_after_some_beats() {
        stream.onWritePossible();
        connection.room = 0;
        stream.event(event(1));
        int beats = 0;
        while (beats < FAR_MORE_THAN_WAIT && stream.beat()) {
            beats++;
        }
        assertThat(beats).isBetween(1, 10);
        assertThat(completed).hasValue(1);
    }

    @Test
    void the_end_waits_for_what_was_given_before() {
        stream.onWritePossible();
        connection.room = 0;
        stream.event(event(1));
        stream.end();
        assertThat(completed).hasValue(0);
        connection.room = FAR_MORE_THAN_WAIT;
        stream.onWritePossible();
        assertThat(connection.taken()).contains("id: 1\n");
        assertThat(completed).hasValue(1);
        assertThat(stream.event(event(2))).isFalse();
    }

    @Test
    void a_lost_client_leaves_the_feed_and_takes_no_more() {
        stream.onWritePossible();
        stream.onError(new IOException("broken pipe"));
        assertThat(stopped).hasPositiveValue();
        assertThat(stream.event(event(1))).isFalse();
        assertThat(stream.beat()).isFalse();
    }

    @Test
    void a_write_that_fails_drops_the_client() {
        stream.onWritePossible();
        connection.broken = true;
        assertThat(stream.event(event(1))).isFalse();
        assertThat(completed).hasValue(1);
    }

    private static JobEvent event(int seq) {
        return new JobEvent(seq, JobState.RUNNING, Instant.EPOCH, "test", 1, null, null);
    }

    /** The one method that the stream calls for its effect. */
    private AsyncContext context() {
        return (AsyncContext) Proxy.newProxyInstance(
                AsyncContext.class.getClassLoader(),
                new Class<?>[] {AsyncContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("complete")) {
                        completed.incrementAndGet();
                    }
                    return null;
                });
    }

    /** A connection with room for so many writes; like the server's, it refuses a write it has not allowed. */
    private static final class Connection extends ServletOutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int room = FAR_MORE_THAN_WAIT;
        private boolean allowed;
        private boolean broken;

        private String taken() {
            return taken.toString(StandardCharsets.UTF_8);
        }

        @Override
        public boolean isReady() {
            allowed = room > 0;
            return allowed;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            // the test calls the listener
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            require();
            room--;
            taken.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            require();
        }

        private void require() throws IOException {
            if (broken) {
                throw new IOException("broken pipe");
            }
            if (!allowed) {
                throw new IllegalStateException("not ready");
            }
            allowed = false;
        }
    }
}
