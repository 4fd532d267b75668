package io.pithead.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispatch.ClaimDesk.Taken;
import io.pithead.coordinator.dispatch.ClaimStore.Claimed;
import io.pithead.coordinator.dispatch.ClaimStore.Slot;
import io.pithead.coordinator.job.ReadyJobs.Ready;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClaimStoreIT {
    private static final Scene SCENE = new Scene();

    private final UUID buyer = SCENE.buyer("10000");
    private final Machine miner = SCENE.machine();

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    @Test
    void jobs_of_a_class_go_by_priority_and_then_by_age() {
        UUID plain = job("order", 0);
        UUID urgent = job("order", 9);
        UUID later = job("order", 0);
        UUID last = job("order", -3);

        assertThat(claim(classOf(plain), 2)).extracting(Taken::job).containsExactlyInAnyOrder(urgent, plain);
        assertThat(claim(classOf(plain), 5)).extracting(Taken::job).containsExactlyInAnyOrder(later, last);
    }

    @Test
    void the_first_slot_gets_the_first_job() throws SQLException {
        UUID second = job("ranks", 0);
        UUID first = job("ranks", 1);
        Machine other = SCENE.machine();
        List<Slot> slots = List.of(
                new Slot(classOf(first), 1, miner.node(), miner.minerId(), true),
                new Slot(classOf(first), 2, other.node(), other.minerId(), true));

        List<Claimed> claimed = SCENE.database.inTransaction(connection -> {
            List<Claimed> leased = ClaimStore.claim(
                    connection, slots, ClaimDesk.TTL, ClaimDesk.SEED_GRACE, ClaimDesk.DISCONNECT_GRACE);
            SCENE.jobs
                    .transitions()
                    .append(connection, leased.stream().map(Claimed::transition).toList());
            return leased;
        });

        assertThat(claimed)
                .extracting(Claimed::id, Claimed::node, Claimed::rank)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(first, miner.node(), 1),
                        org.assertj.core.groups.Tuple.tuple(second, other.node(), 2));
    }

    @Test
    void a_banned_node_gets_nothing_until_it_is_lifted() {
        UUID job = job("banned", 0);
        SCENE.rows.update("update node set ban = 'it cheats' where id = ?", miner.node());
        assertThat(claim(classOf(job), 1)).isEmpty();
        SCENE.rows.update("update node set ban = null where id = ?", miner.node());
        assertThat(claim(classOf(job), 1)).extracting(Taken::job).containsExactly(job);
    }

    @Test
    void a_job_of_a_run_goes_to_a_healthy_node_of_the_run_while_it_is_open() {
        UUID run = SCENE.run(buyer, "PENDING");
        UUID other = SCENE.run(buyer, "OPEN");
        UUID job = SCENE.job(buyer, "{'workload':'pool','price':'1','run':'" + run + "'}");
        UUID plain = SCENE.job(buyer, "{'workload':'pool','price':'1'}");
        assertThat(classOf(job)).isNotEqualTo(classOf(plain));
        assertThat(claim(classOf(job), 1)).as("in no run").isEmpty();
        SCENE.member(other, miner, "HEALTHY");
        assertThat(claim(classOf(job), 1)).as("in another run").isEmpty();
        SCENE.member(run, miner, "HEALTHY");
        assertThat(claim(classOf(job), 1)).as("not open").isEmpty();
        SCENE.rows.update("update run set state = 'OPEN' where id = ?", run);
        SCENE.member(run, miner, "UNHEALTHY");
        assertThat(claim(classOf(job), 1)).as("not healthy").isEmpty();
        SCENE.member(run, miner, "HEALTHY");
        assertThat(claim(classOf(job), 1)).extracting(Taken::job).containsExactly(job);
        SCENE.member(run, miner, "DEAD");
        assertThat(SCENE.text("select state from job where id = ?", job))
                .as("what it holds it keeps")
                .isEqualTo("LEASED");
        assertThat(claim(classOf(plain), 1)).extracting(Taken::job).containsExactly(plain);
    }

    @Test
    void only_ready_jobs_are_claimed() {
        UUID expired = job("ready", 0);
        UUID waiting = job("ready", 0);
        UUID canceled = job("ready", 0);
        UUID ready = job("ready", 0);
        SCENE.rows.update("update job set expires_at = now() - interval '1 s' where id = ?", expired);
        SCENE.rows.update("update job set waiting = true, ready_at = now() + interval '1 hour' where id = ?", waiting);
        SCENE.jobs.cancel(buyer, canceled);

        assertThat(claim(classOf(ready), 9)).extracting(Taken::job).containsExactly(ready);
    }

    @Test
    void who_renews_gets_a_short_lease_and_who_does_not_one_as_long_as_the_job_may_run() {
        Machine seed = SCENE.machine(SCENE.rows.account(), "seed", false);
        UUID one = SCENE.job(buyer, "{'workload':'terms','limits':{'max_runtime_s':1000}}");
        UUID two = SCENE.job(buyer, "{'workload':'terms','limits':{'max_runtime_s':1000}}");

        claim(classOf(one), 1);
        SCENE.claims.claim(classOf(two), seed.node(), seed.minerId(), false, 1);

        assertThat(term(one)).isEqualTo(ClaimDesk.TTL);
        assertThat(term(two)).isEqualTo(ClaimDesk.SEED_GRACE.plusSeconds(1_000));
    }

    @Test
    void what_a_node_holds_is_found_until_its_lease_is_over() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);

        assertThat(held())
                .extracting(Claimed::id, Claimed::token)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(job, lease));
        SCENE.rows.update("update job set lease_expires_at = now() - interval '1 s' where id = ?", job);
        assertThat(held()).isEmpty();
    }

    @Test
    void two_claimers_over_the_same_jobs_lease_none_twice_and_leave_none_behind() throws Exception {
        int count = 120;
        int claimers = 4;
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < count; i++) {
            ids.add(job("race", i % 3));
        }
        long classId = classOf(ids.getFirst());
        var start = new CyclicBarrier(claimers);
        var taken = new ArrayList<Taken>();
        try (var pool = Executors.newFixedThreadPool(claimers)) {
            var work = IntStream.range(0, claimers)
                    .mapToObj(i -> (Callable<List<Taken>>) () -> {
                        Machine machine = SCENE.machine();
                        var own = new ArrayList<Taken>();
                        start.await();
                        for (int round = 0; round < count && own.size() + round < count; round++) {
                            own.addAll(SCENE.claims.claim(classId, machine.node(), machine.minerId(), true, 7));
                        }
                        return own;
                    })
                    .toList();
            for (var done : pool.invokeAll(work)) {
                taken.addAll(done.get());
            }
        }

        assertThat(taken).extracting(Taken::job).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(taken).extracting(Taken::lease).doesNotHaveDuplicates();
    }

    @Test
    void heads_finds_the_first_ready_job_of_every_class_after_the_cursor() throws SQLException {
        long before = SCENE.rows.number("select coalesce(max(id), 0) from job_class");
        var first = new ArrayList<UUID>();
        for (int i = 0; i < 30; i++) {
            job("head" + i, -1);
            first.add(job("head" + i, 4));
            job("head" + i, 4);
        }
        UUID taken = job("nothing", 0);
        claim(classOf(taken), 1);

        List<Ready> heads = SCENE.database.withConnection(connection -> ClaimStore.heads(connection, before));

        assertThat(heads).extracting(Ready::first).containsExactlyElementsOf(first);
        assertThat(heads).extracting(Ready::priority).containsOnly(4);
        long middle = heads.get(14).classId();
        List<Ready> rest = SCENE.database.withConnection(connection -> ClaimStore.heads(connection, middle));
        assertThat(rest).containsExactlyElementsOf(heads.subList(15, 30));
    }

    private UUID job(String workload, int priority) {
        return SCENE.job(buyer, "{'workload':'" + workload + "','price':'1','priority':" + priority + "}");
    }

    private static long classOf(UUID job) {
        return SCENE.rows.number("select class_id from job where id = ?", job);
    }

    private List<Taken> claim(long classId, int count) {
        return SCENE.claims.claim(classId, miner.node(), miner.minerId(), miner.renews(), count);
    }

    private List<Claimed> held() {
        return SCENE.database
                .withConnection(connection -> ClaimStore.held(connection, List.of(miner.node())))
                .getOrDefault(miner.node(), List.of());
    }

    private static Duration term(UUID job) {
        String[] times = SCENE.text(
                        "select extract(epoch from lease_expires_at) || ' ' || extract(epoch from started_at) from job where id = ?",
                        job)
                .split(" ", -1);
        return Duration.between(seconds(times[1]), seconds(times[0]));
    }

    private static Instant seconds(String epoch) {
        var exact = new java.math.BigDecimal(epoch);
        return Instant.ofEpochSecond(
                exact.longValue(),
                exact.remainder(java.math.BigDecimal.ONE).movePointRight(9).longValue());
    }
}
