package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.dispatch.ClaimStore.Claimed;
import io.pithead.coordinator.dispatch.ClaimStore.Slot;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.platform.Database;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

/** Claims as the claimer does, without its polls. */
public final class ClaimDesk {
    public static final Duration TTL = Duration.ofSeconds(60);
    static final Duration DISCONNECT_GRACE = Duration.ofMinutes(15);
    public static final Duration SEED_GRACE = Duration.ofSeconds(30);

    private final Database database;
    private final Transitions transitions;

    public ClaimDesk(Database database, Transitions transitions) {
        this.database = database;
        this.transitions = transitions;
    }

    /** A job that a node was given. */
    public record Taken(UUID job, long lease) {}

    /** Up to {@code count} ready jobs of the class, for one node. */
    public List<Taken> claim(long classId, UUID node, String minerId, boolean renews, int count) {
        List<Slot> slots = IntStream.rangeClosed(1, count)
                .mapToObj(rank -> new Slot(classId, rank, node, minerId, renews))
                .toList();
        List<Claimed> claimed = database.inTransaction(connection -> {
            List<Claimed> leased = ClaimStore.claim(connection, slots, TTL, SEED_GRACE, DISCONNECT_GRACE);
            transitions.append(
                    connection,
                    leased.stream()
                            .map(job -> Objects.requireNonNull(job.transition()))
                            .toList());
            return leased;
        });
        return claimed.stream().map(job -> new Taken(job.id(), job.token())).toList();
    }
}
