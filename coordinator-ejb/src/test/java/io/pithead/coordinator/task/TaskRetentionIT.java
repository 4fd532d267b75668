package io.pithead.coordinator.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.SnapshotChunk;
import io.pithead.protocol.task.SnapshotOffer;
import io.pithead.protocol.task.TaskView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskRetentionIT {
    private static final TaskDesk DESK = new TaskDesk();
    private static final String ONE = "{'name':'a','image':'a','replicas':1,'price':'1'}";
    private static final String METERED =
            "{'name':'a','image':'a','replicas':1," + "'metered':{'cpu_second':'0.01'},'resources':{'cpus':1}}";
    private static final String GROUP = "{'name':'a','image':'a','replicas':1,'price':'1',"
            + "'scheduling_config':{'plugins':{'node_groups':{'allowed_topologies':['pair']}}}}";
    /** What is counted by the task it belongs to. */
    private static final List<String> BY_TASK = List.of("task_node", "meter", "task_snapshot", "node_group");

    private final UUID buyer = DESK.scene.buyer("100");

    @BeforeEach
    void nobody_is_there() {
        DESK.scene.rows.update("update node_liveness set last_seen_at = now() - interval '1 day'");
    }

    @AfterEach
    void books_and_histories_are_sound() {
        DESK.scene.rows.update("update task set wanted = 'STOP' where finished_at is null");
        DESK.sweep();
        DESK.sweep();
        Histories.assertLinear(DESK.scene);
        assertThat(DESK.scene.text("select sum(balance) from ledger_account")).isEqualTo("0");
    }

    private UUID job(TaskView task) {
        return Objects.requireNonNull(DESK.facade.get(buyer, task.id()).nodes())
                .getFirst()
                .job();
    }

    private void stop(TaskView task) {
        DESK.facade.stop(buyer, "test", task.id());
        DESK.sweep();
        DESK.scene.rows.update("update meter set settle_at = now() - interval '1 s' where closed_at is null");
        DESK.meters.rounds.tick();
    }

    /** As if all of the task had ended that long ago. */
    private static void age(TaskView task, int days) {
        DESK.scene.rows.update(
                "update task set finished_at = now() - make_interval(days => ?) where id = ?", days, task.id());
        DESK.scene.rows.update(
                "update task_node set finished_at = now() - make_interval(days => ?) where task_id = ?"
                        + " and finished_at is not null",
                days,
                task.id());
        DESK.scene.rows.update(
                "update node_group set ended_at = now() - make_interval(days => ?) where task_id = ?"
                        + " and ended_at is not null",
                days,
                task.id());
    }

    private static boolean isKept(TaskView task) {
        return DESK.scene.rows.number("select count(*) from task where id = ?", task.id()) == 1;
    }

    private static long of(TaskView task, String table) {
        return DESK.scene.rows.number("select count(*) from " + table + " where task_id = ?", task.id());
    }

    private static long money(UUID job) {
        return DESK.scene.rows.number(
                "select (select count(*) from ledger_entry where job_id = ?) * 1000"
                        + " + (select count(*) from receipt where job_id = ?)",
                job,
                job);
    }

    @Test
    void an_old_task_goes_with_all_that_was_its_own_and_its_money_and_receipts_stay() {
        Machine host = DESK.host();
        TaskView task = DESK.create(buyer, METERED);
        UUID job = job(task);
        long lease = DESK.scene.lease(job, host);
        DESK.scene.database.doInTransaction(connection -> DESK.link.seen(connection, Map.of(job, lease)));
        DESK.report(job, ContainerState.RUNNING, null);
        DESK.scene.rows.update("update meter set seen_at = seen_at - interval '30 s' where job_id = ?", job);
        DESK.scene.database.doInTransaction(connection -> DESK.link.seen(connection, Map.of(job, lease)));
        SnapshotChunk piece = keep(host, job, lease);
        DESK.scene.rows.update(
                "insert into container_metrics (job_id, node_id, account_id) values (?, ?, ?)",
                job,
                host.node(),
                buyer);
        stop(task);
        long money = money(job);
        assertThat(money).as("reserved, paid with a receipt, given back").isGreaterThan(2_000);
        age(task, 31);

        DESK.retention.tick();

        assertThat(isKept(task)).isFalse();
        for (String table : BY_TASK) {
            assertThat(of(task, table)).as(table).isZero();
        }
        assertThat(DESK.scene.rows.number("select count(*) from container_metrics where job_id = ?", job))
                .isZero();
        assertThat(DESK.scene.rows.number(
                        "select count(*) from task_snapshot_chunk where sha256 = '" + piece.sha256() + "'"))
                .as("who names the piece: the sweeper takes what nobody does")
                .isZero();
        assertThat(money(job)).isEqualTo(money);
    }

    private static SnapshotChunk keep(Machine host, UUID job, long lease) {
        var piece = new SnapshotChunk(Digests.sha256Hex(job.toString().getBytes(StandardCharsets.UTF_8)), 100L);
        DESK.scene.rows.update(
                "insert into artifact (account_id, sha256, size, kept_until) values (?, ?, 100, now() + interval '1 day')",
                host.provider(),
                piece.sha256());
        assertThat(DESK.snapshots
                        .offer(host.provider(), new SnapshotOffer(job, lease, List.of(piece)))
                        .missing())
                .isEmpty();
        return piece;
    }

    @Test
    void a_younger_one_stays_and_so_does_one_that_runs() {
        DESK.host();
        DESK.host();
        TaskView young = DESK.create(buyer, ONE);
        stop(young);
        age(young, 29);
        TaskView living = DESK.create(buyer, ONE);

        DESK.retention.tick();

        assertThat(isKept(young)).isTrue();
        assertThat(of(young, "task_node")).isEqualTo(1);
        assertThat(of(living, "task_node")).isEqualTo(1);
    }

    @Test
    void one_with_a_container_that_was_left_behind_and_has_not_ended_stays() {
        DESK.host();
        TaskView task = DESK.create(buyer, ONE);
        UUID job = job(task);
        stop(task);
        age(task, 31);
        DESK.scene.rows.update(
                "update task_node set moved = true, state = 'RUNNING', finished_at = null where job_id = ?", job);

        DESK.retention.tick();
        assertThat(isKept(task)).isTrue();

        DESK.scene.rows.update("update task_node set state = 'STOPPED', finished_at = now() where job_id = ?", job);
        DESK.retention.tick();
        assertThat(isKept(task)).as("it ended just now").isTrue();

        age(task, 31);
        DESK.retention.tick();
        assertThat(isKept(task)).isFalse();
    }

    @Test
    void one_whose_money_is_not_settled_stays() {
        DESK.host();
        TaskView task = DESK.create(buyer, METERED);
        DESK.facade.stop(buyer, "test", task.id());
        DESK.sweep();
        age(task, 31);

        DESK.retention.tick();
        assertThat(isKept(task)).isTrue();
        assertThat(of(task, "meter")).isEqualTo(1);

        DESK.scene.rows.update("update meter set settle_at = now() - interval '1 s' where closed_at is null");
        DESK.meters.rounds.tick();
        DESK.retention.tick();
        assertThat(isKept(task)).isFalse();
    }

    @Test
    void groups_go_with_their_task_and_not_before_they_are_over() {
        DESK.host();
        DESK.host();
        TaskView task = DESK.create(buyer, GROUP);
        assertThat(of(task, "node_group")).isEqualTo(1);
        stop(task);
        DESK.sweep();
        age(task, 31);
        DESK.scene.rows.update(
                "update node_group set state = 'PLACED', ended_at = null where task_id = ? and placed_at is not null",
                task.id());
        DESK.retention.tick();
        assertThat(isKept(task)).isTrue();

        DESK.scene.rows.update("update node_group set state = 'ENDED', ended_at = now() where task_id = ?", task.id());
        DESK.retention.tick();
        assertThat(isKept(task)).isFalse();
        assertThat(of(task, "node_group")).isZero();
        assertThat(DESK.scene.rows.number("select count(*) from node_group_member m"
                        + " where not exists (select 1 from node_group g where g.id = m.group_id)"))
                .isZero();
    }

    @Test
    void groups_that_never_began_go_while_their_task_waits_and_those_that_ran_stay() {
        DESK.host();
        DESK.host();
        TaskView task = DESK.create(buyer, GROUP);
        UUID never = UUID.randomUUID();
        DESK.scene.rows.update(
                "insert into node_group (id, task_id, account_id, topology, state, ended_at)"
                        + " values (?, ?, ?, 'pair', 'DISSOLVED', now() - interval '31 days')",
                never,
                task.id(),
                buyer);
        DESK.scene.rows.update(
                "insert into node_group_member (group_id, node_id, live) select ?, id, false from node limit 1", never);
        DESK.scene.rows.update(
                "insert into node_group (id, task_id, account_id, topology, state, placed_at, ended_at) values"
                        + " (?, ?, ?, 'pair', 'DISSOLVED', now() - interval '32 days', now() - interval '31 days')",
                UUID.randomUUID(),
                task.id(),
                buyer);

        DESK.retention.tick();

        assertThat(DESK.scene.column("select state from node_group where task_id = ? order by state", task.id()))
                .containsExactly("DISSOLVED", "PLACED");
        assertThat(DESK.scene.rows.number("select count(*) from node_group where id = ?", never))
                .isZero();
    }

    @Test
    void a_large_one_goes_in_parts_and_itself_with_the_last() {
        TaskView task = DESK.create(buyer, ONE);
        stop(task);
        Machine machine = DESK.scene.machine();
        for (int i = 0; i < 25; i++) {
            DESK.scene.rows.update(
                    "insert into task_node (task_id, node_id, job_id, account_id, state, moved, finished_at)"
                            + " values (?, ?, ?, ?, 'STOPPED', true, now())",
                    task.id(),
                    machine.node(),
                    Ids.next(Instant.now()),
                    buyer);
        }
        age(task, 31);
        for (int left : new int[] {15, 5}) {
            purge(task);
            assertThat(of(task, "task_node")).isEqualTo(left);
            assertThat(isKept(task)).isTrue();
        }
        purge(task);
        assertThat(isKept(task)).isFalse();
    }

    private static void purge(TaskView task) {
        DESK.scene.database.doInTransaction(connection -> RetentionStore.purge(connection, List.of(task.id()), 10));
    }

    @Test
    void two_instances_do_not_take_away_at_once() {
        TaskView task = DESK.create(buyer, ONE);
        stop(task);
        age(task, 31);
        DESK.scene.database.doInTransaction(connection -> {
            assertThat(RetentionStore.lock(connection)).isTrue();
            DESK.retention.tick();
            assertThat(isKept(task)).isTrue();
        });
        DESK.retention.tick();
        assertThat(isKept(task)).isFalse();
    }
}
