package io.pithead.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispatch.core.NodeShape;
import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.node.Node;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.reputation.Repute;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.job.Explanation.RunStanding;
import io.pithead.protocol.job.JobOffer;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A miner that waits already when its node comes into a run, and when it leaves it. */
class RunMembersIT {
    private static final Scene SCENE = new Scene();
    private static final Duration LONG = Duration.ofMinutes(5);

    private final UUID buyer = SCENE.buyer("100");
    private final Machine machine = SCENE.machine();
    private final UUID run = SCENE.run(buyer, "OPEN");
    private final DispatchQueue queue = new DispatchQueue();
    private final Claimer claimer = new Claimer(
            SCENE.database,
            SCENE.jobs.classes(),
            SCENE.jobs.transitions(),
            new LeaseConfig(),
            LONG,
            queue,
            new Offers(SCENE.database, (connection, tasks) -> Map.of()),
            Runnable::run,
            new Wakes(nanos -> {}),
            node -> Repute.UNKNOWN);

    RunMembersIT() {
        claimer.start(Thread.ofPlatform().daemon().factory(), new Loops().register("claimer", LONG));
    }

    @AfterEach
    void close() {
        claimer.close();
    }

    private Node node(Set<UUID> runs) {
        var shape = new NodeShape(false, null, null, null, null, Set.of("w"), Set.of(), null, BigInteger.ZERO, runs);
        return new Node(machine.node(), machine.provider(), machine.minerId(), shape, 4, true, false, null, null, null);
    }

    private CompletableFuture<List<JobOffer>> park(Node node) {
        return claimer.park(node, UUID.randomUUID(), 1, LONG);
    }

    private UUID job(String run) {
        UUID job = SCENE.job(buyer, "{'workload':'w','price':'1'" + run + "}");
        queue.suspect(List.of(SCENE.rows.number("select class_id from job where id = ?", job)));
        return job;
    }

    @Test
    void a_poll_that_waits_gets_work_of_the_run_once_its_node_is_in_it() throws Exception {
        CompletableFuture<List<JobOffer>> waits = park(node(Set.of()));
        UUID job = job(",'run':'" + run + "'");
        SCENE.member(run, machine, "HEALTHY");
        queue.changed(node(Set.of(run)));
        assertThat(waits.get(30, TimeUnit.SECONDS)).extracting(JobOffer::id).containsExactly(job);
    }

    @Test
    void a_poll_whose_node_left_the_run_gets_none_of_its_work_though_the_claimer_has_not_heard_of_it()
            throws Exception {
        SCENE.member(run, machine, "HEALTHY");
        CompletableFuture<List<JobOffer>> waits = park(node(Set.of(run)));
        SCENE.member(run, machine, "UNHEALTHY");
        UUID kept = job(",'run':'" + run + "'");
        UUID plain = job("");
        assertThat(waits.get(30, TimeUnit.SECONDS)).extracting(JobOffer::id).containsExactly(plain);
        assertThat(SCENE.text("select state from job where id = ?", kept)).isEqualTo("QUEUED");
    }

    @Test
    void an_explanation_says_who_is_not_in_the_run_and_how_many_are() {
        UUID job = SCENE.job(buyer, "{'workload':'w','price':'1','run':'" + run + "'}");
        var explain = new ExplainFacade();
        explain.database = SCENE.database;
        explain.classes = SCENE.jobs.classes();
        explain.runs = SCENE.jobs.runs();
        explain.nodes = new io.pithead.coordinator.node.NodeFacade() {
            @Override
            public io.pithead.coordinator.node.core.Pace pace() {
                return io.pithead.coordinator.node.core.Pace.of(
                        1, 1_000, Duration.ofSeconds(60), Duration.ofSeconds(3), Duration.ofSeconds(30));
            }
        };
        SCENE.rows.update("delete from node_liveness");
        Machine other = SCENE.machine();
        for (Machine each : List.of(machine, other)) {
            SCENE.rows.update(
                    "update node set capabilities = '{\"miner_id\":\"m\",\"mode\":\"cpu\",\"workloads\":[\"w\"]}'"
                            + " where id = ?",
                    each.node());
            SCENE.rows.update("insert into node_liveness (node_id, last_seen_at) values (?, now())", each.node());
        }
        SCENE.member(run, machine, "HEALTHY");

        var said = explain.explain(buyer, job);

        assertThat(said.refusals()).isEqualTo(Map.of("NOT_IN_RUN", 1));
        assertThat(said.eligible()).isEqualTo(1);
        assertThat(said.run()).isEqualTo(new RunStanding(run, "OPEN", 1));
    }
}
