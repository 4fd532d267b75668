package io.pithead.coordinator.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.task.ContainerMetrics;
import io.pithead.protocol.task.TaskView;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContainerMetricsIT {
    private static final TaskDesk DESK = new TaskDesk();

    private final UUID buyer = DESK.scene.buyer("10");
    private Machine host;
    private TaskView task;
    private UUID job;
    private long lease;

    @BeforeEach
    void place() {
        DESK.scene.rows.update("update node_liveness set last_seen_at = now() - interval '1 day'");
        host = DESK.host();
        task = DESK.create(buyer, "{'name':'a','image':'a','replicas':1,'price':'1'}");
        job = Objects.requireNonNull(task.nodes()).getFirst().job();
        lease = DESK.scene.lease(job, host);
    }

    @AfterEach
    void stop() {
        DESK.facade.stop(buyer, "test", task.id());
    }

    private static ContainerMetrics using(long cpuMs) {
        return new ContainerMetrics(cpuMs, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    private static void beat(Machine from, Heartbeat.Running... running) {
        DESK.scene.database.doInTransaction(
                connection -> DESK.metrics.running(connection, Map.of(from.node(), List.of(running))));
    }

    private Heartbeat.Running running(long token, ContainerMetrics metrics) {
        return new Heartbeat.Running(job, token, "running", 0, metrics);
    }

    private List<ContainerFigures> figures() {
        return DESK.metrics.ofNode(buyer, host.node());
    }

    @Test
    void the_latest_figures_are_kept_and_shown_to_the_buyer_alone() {
        beat(host, running(lease, using(1)));
        beat(host, running(lease, using(9)));
        assertThat(figures()).singleElement().satisfies(one -> {
            assertThat(one.metrics()).isEqualTo(using(9));
            assertThat(one.job()).isEqualTo(job);
            assertThat(one.task()).isEqualTo(task.id());
        });
        assertThat(DESK.metrics.ofTask(buyer, task.id())).isEqualTo(figures());
        UUID stranger = DESK.scene.buyer("1");
        assertThat(DESK.metrics.ofNode(stranger, host.node())).isEmpty();
        assertThat(DESK.metrics.ofTask(stranger, task.id())).isEmpty();
    }

    @Test
    void what_a_container_says_of_itself_stands_beside_and_goes_when_it_is_no_longer_said() {
        var saying = using(1).with(Map.of("loss", 0.25, "tokens/s", 1e9));
        beat(host, running(lease, saying));
        assertThat(figures())
                .singleElement()
                .satisfies(one -> assertThat(one.metrics()).isEqualTo(saying));
        beat(host, running(lease, using(2)));
        assertThat(figures())
                .singleElement()
                .satisfies(one -> assertThat(one.metrics()).isEqualTo(using(2)));
    }

    @Test
    void what_its_gpus_do_stands_beside_and_goes_when_it_is_no_longer_told() {
        var busy = using(1).with(List.of(
                new ContainerMetrics.Gpu("GPU-a", 97, 61_440L, 412.37, 64),
                new ContainerMetrics.Gpu("GPU-b", null, null, null, null)));
        beat(host, running(lease, busy));
        assertThat(figures())
                .singleElement()
                .satisfies(one -> assertThat(one.metrics()).isEqualTo(busy));
        var both = busy.with(Map.of("loss", 0.25));
        beat(host, running(lease, both));
        assertThat(figures())
                .singleElement()
                .satisfies(one -> assertThat(one.metrics()).isEqualTo(both));
        beat(host, running(lease, using(2).with(List.of())));
        assertThat(figures())
                .singleElement()
                .satisfies(one -> assertThat(one.metrics()).isEqualTo(using(2)));
    }

    @Test
    void a_figure_that_the_engine_does_not_give_stays_absent() {
        var little = new ContainerMetrics(null, 2L, null, null, null, null, null, null);
        beat(host, running(lease, using(1)));
        beat(host, running(lease, little));
        assertThat(figures())
                .singleElement()
                .satisfies(one -> assertThat(one.metrics()).isEqualTo(little));
    }

    @Test
    void a_container_that_is_listed_twice_spoils_no_other_heartbeat() {
        beat(host, running(lease, using(1)), running(lease, using(2)));
        assertThat(figures()).hasSize(1);
    }

    @Test
    void who_does_not_hold_the_lease_tells_nothing() {
        beat(host, running(lease + 1, using(1)));
        beat(DESK.host(), running(lease, using(1)));
        assertThat(figures()).isEmpty();
    }

    @Test
    void the_figures_of_what_has_ended_go() {
        beat(host, running(lease, using(1)));
        DESK.facade.stop(buyer, "test", task.id());
        DESK.sweep();
        assertThat(figures()).isEmpty();
        assertThat(DESK.scene.text("select count(*)::text from container_metrics where job_id = ?", job))
                .isEqualTo("0");
    }
}
