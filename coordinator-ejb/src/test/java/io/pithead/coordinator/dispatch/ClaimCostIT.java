package io.pithead.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispatch.ClaimStore.Slot;
import io.pithead.coordinator.testing.Buffers;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.job.JobRequest;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a poll costs must not depend on how much is queued. Counted in buffers, so no other load disturbs it. */
class ClaimCostIT {
    private static final int FEW = 10;
    private static final int MANY = 20_000;
    private static final int PER_SUBMISSION = 1_000;
    /** Index trees grow a level or two; a scan of the queue would be hundreds of times as much. */
    private static final int FLAT = 3;

    private final Scene scene = new Scene();
    private final UUID buyer = scene.buyer("100000");
    private final Machine miner = scene.machine();

    @Test
    void a_claim_and_a_look_cost_the_same_with_few_and_with_many_queued() throws SQLException {
        queue(FEW);
        scene.rows.update("analyze job");
        long claimFew = claim();
        long lookFew = look();

        queue(MANY - FEW);
        long claimStale = claim();
        long lookStale = look();
        scene.rows.update("analyze job");
        long claimMany = claim();
        long lookMany = look();

        assertThat(claimFew).isPositive();
        assertThat(lookFew).isPositive();
        assertThat(List.of(claimStale, claimMany))
                .allMatch(cost -> cost < FLAT * claimFew, "under " + FLAT + " × " + claimFew);
        assertThat(List.of(lookStale, lookMany))
                .allMatch(cost -> cost < FLAT * lookFew, "under " + FLAT + " × " + lookFew);
    }

    @Test
    void jobs_that_wait_or_that_nobody_runs_cost_a_claim_nothing() throws SQLException {
        queue(FEW);
        long alone = claim();

        for (int i = 0; i < MANY / PER_SUBMISSION; i++) {
            submit("{'workload':'nobody','price':'0'}", PER_SUBMISSION);
        }
        scene.rows.update("update job set waiting = true, ready_at = now() + interval '1 hour'"
                + " where workload = 'nobody' and priority = 0 and random() < 0.5");
        scene.rows.update("vacuum analyze job");

        assertThat(claim()).isLessThan(FLAT * alone);
    }

    private void queue(int count) {
        for (int left = count; left > 0; left -= PER_SUBMISSION) {
            submit("{'workload':'w','price':'0'}", Math.min(left, PER_SUBMISSION));
        }
    }

    private void submit(String request, int count) {
        scene.jobs.submit(
                buyer, Collections.nCopies(count, Scene.request(request)).toArray(JobRequest[]::new));
    }

    private long claim() throws SQLException {
        long classId = scene.rows.number("select id from job_class where workload = 'w'");
        List<Slot> slots = IntStream.rangeClosed(1, FEW)
                .mapToObj(rank -> new Slot(classId, rank, miner.node(), miner.minerId(), true))
                .toList();
        return Buffers.touched(
                scene.rows.dataSource(),
                connection -> ClaimStore.claim(
                        connection, slots, ClaimDesk.TTL, ClaimDesk.SEED_GRACE, ClaimDesk.DISCONNECT_GRACE));
    }

    private long look() throws SQLException {
        return Buffers.touched(scene.rows.dataSource(), connection -> ClaimStore.heads(connection, 0));
    }
}
