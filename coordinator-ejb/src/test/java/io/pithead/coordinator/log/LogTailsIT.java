package io.pithead.coordinator.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.log.core.LogLimits;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.log.LogPiece;
import io.pithead.protocol.log.LogPieces;
import io.pithead.protocol.log.LogStretch;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogTailsIT {
    private static final TestDatabase DB = TestDatabase.create();
    private static final int PIECE = 100_000;
    private static final int PIECES = 4;

    private final UUID buyer = DB.account();
    private final UUID job = DB.job(buyer, "{}");
    private final LogTails tails = new LogTails();

    @BeforeEach
    void written() {
        UUID provider = DB.account();
        long lease = DB.lease(job, DB.node(provider));
        tails.database = DB.database();
        tails.config = new LogConfig();
        tails.logs = new LogFacade();
        tails.logs.database = DB.database();
        tails.logs.config = tails.config;
        tails.followers = (account, id) -> {};
        var log = new JobLog(DB.database(), LogLimits.of(LogConfig.DEFAULT_BYTES), Duration.ofMinutes(5));
        for (int i = 0; i < PIECES; i++) {
            log.write(provider, new LogPieces(job, lease, List.of(new LogPiece((long) i * PIECE, "x".repeat(PIECE)))));
        }
    }

    /** Takes so many stretches, then nothing more. */
    private static final class Reader implements LogOutlet {
        private final int takes;
        private int stretches;
        private long bytes;

        Reader(int takes) {
            this.takes = takes;
        }

        @Override
        public boolean isBehind() {
            return stretches == takes;
        }

        @Override
        public boolean stretch(LogStretch stretch) {
            assertThat(stretch.offset()).isEqualTo(bytes);
            stretches++;
            bytes += stretch.text().length();
            return true;
        }

        @Override
        public boolean beat() {
            return true;
        }

        @Override
        public void end() {}
    }

    private Reader follow(int takes) {
        var reader = new Reader(takes);
        var caller = new Caller(buyer, UUID.randomUUID(), Scope.BUYER, "reader");
        tails.follow(caller, job, 0, 0, reader);
        return reader;
    }

    @Test
    void who_takes_what_he_is_given_has_all_of_it_after_one_round() {
        Reader reader = follow(Integer.MAX_VALUE);

        tails.round();

        assertThat(reader.bytes).isEqualTo(PIECES * PIECE);
        assertThat(reader.stretches).isGreaterThan(1);
    }

    @Test
    void who_takes_nothing_holds_up_nobody_and_is_read_for_no_more() {
        Reader slow = follow(1);
        Reader reader = follow(Integer.MAX_VALUE);

        tails.round();
        tails.round();

        assertThat(reader.bytes).isEqualTo(PIECES * PIECE);
        assertThat(slow.stretches).isOne();
    }
}
