package io.pithead.coordinator.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.Snapshot;
import io.pithead.protocol.task.SnapshotChunk;
import io.pithead.protocol.task.SnapshotOffer;
import io.pithead.protocol.task.SnapshotView;
import io.pithead.protocol.task.TaskNode;
import io.pithead.protocol.task.TaskView;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotIT {
    private static final TaskDesk DESK = new TaskDesk();
    private static final String ONE = "{'name':'a','image':'a','replicas':1,'price':'1'}";

    private final UUID buyer = DESK.scene.buyer("10");

    @BeforeEach
    void nobody_is_there() {
        DESK.scene.rows.update("update node_liveness set last_seen_at = now() - interval '1 day'");
    }

    @AfterEach
    void stop() {
        DESK.facade.list(buyer, 50, null).items().forEach(task -> DESK.facade.stop(buyer, "test", task.id()));
    }

    private record Held(Machine machine, TaskView task, UUID job, long lease) {
        List<String> offer(SnapshotChunk... chunks) {
            return DESK.snapshots
                    .offer(machine.provider(), new SnapshotOffer(job, lease, List.of(chunks)))
                    .missing();
        }

        Snapshot resume() {
            return DESK.snapshots.resume(machine.provider(), job, lease).orElseThrow();
        }

        boolean hasNothing() {
            return DESK.snapshots.resume(machine.provider(), job, lease).isEmpty();
        }
    }

    private static List<TaskNode> nodes(TaskView task) {
        return Objects.requireNonNull(task.nodes());
    }

    private Held held() {
        Machine machine = DESK.host();
        TaskView task = DESK.create(buyer, ONE);
        return hold(machine, task);
    }

    private Held hold(Machine machine, TaskView task) {
        TaskView now = DESK.facade.get(buyer, task.id());
        UUID job = nodes(now).stream()
                .filter(node -> node.address().equals(machine.node().toString()))
                .findFirst()
                .orElseThrow()
                .job();
        return new Held(machine, task, job, DESK.scene.lease(job, machine));
    }

    /** The heir of a place whose node is gone. */
    private Held heir(Held lost) {
        Machine other = DESK.host();
        DESK.lose(lost.machine(), lost.job());
        return hold(other, lost.task());
    }

    private static SnapshotChunk chunk(String text) {
        return new SnapshotChunk(Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8)), 100L);
    }

    private static SnapshotChunk brought(Machine by, String text) {
        SnapshotChunk chunk = chunk(text);
        DESK.scene.rows.update(
                "insert into artifact (account_id, sha256, size, kept_until) values (?, ?, 100, now() + interval '1 day')"
                        + " on conflict do nothing",
                by.provider(),
                chunk.sha256());
        return chunk;
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void a_snapshot_counts_only_when_nothing_of_it_is_missing() {
        Held held = held();
        SnapshotChunk first = brought(held.machine(), "first");
        assertThat(held.offer(first, chunk("second")))
                .containsExactly(chunk("second").sha256());
        assertThat(held.hasNothing()).isTrue();
        SnapshotChunk second = brought(held.machine(), "second");
        assertThat(held.offer(second, first, second)).isEmpty();
        assertThat(held.resume().chunks()).containsExactly(second, first, second);
        assertThat(held.resume().bytes()).isEqualTo(300);
    }

    @Test
    void an_incomplete_one_leaves_the_last_one_standing() {
        Held held = held();
        held.offer(brought(held.machine(), "old"));
        assertThat(held.offer(chunk("old"), chunk("new"))).hasSize(1);
        assertThat(held.resume().chunks()).containsExactly(chunk("old"));
    }

    @Test
    void its_pieces_no_longer_count_for_the_provider_and_need_not_be_brought_again() {
        Held held = held();
        held.offer(brought(held.machine(), "kept"));
        assertThat(DESK.scene.text(
                        "select count(*)::text from artifact where account_id = ?",
                        held.machine().provider()))
                .isEqualTo("0");
        assertThat(held.offer(chunk("kept"), brought(held.machine(), "more"))).isEmpty();
    }

    @Test
    void who_names_the_digest_of_anothers_bytes_gets_nothing() {
        Held victim = held();
        victim.offer(brought(victim.machine(), "secret"));
        brought(victim.machine(), "not yet kept");
        Held thief = held();
        assertThat(thief.offer(chunk("secret"), chunk("not yet kept"))).hasSize(2);
        assertThat(thief.hasNothing()).isTrue();
        // neither with the size of another
        SnapshotChunk mine = brought(thief.machine(), "mine");
        assertThat(thief.offer(new SnapshotChunk(mine.sha256(), 99L))).hasSize(1);
    }

    @Test
    void the_next_node_goes_on_from_it_and_replaces_it() {
        Held lost = held();
        lost.offer(brought(lost.machine(), "one"), brought(lost.machine(), "two"));
        Held heir = heir(lost);
        assertThat(heir.resume().job()).isEqualTo(lost.job());
        assertThat(heir.resume().chunks()).containsExactly(chunk("one"), chunk("two"));
        // what it got it has
        assertThat(heir.offer(chunk("one"), brought(heir.machine(), "three"))).isEmpty();
        assertThat(heir.resume().job()).isEqualTo(heir.job());
        assertThat(DESK.scene.text(
                        "select count(*)::text from task_snapshot where task_id = ?",
                        lost.task().id()))
                .isEqualTo("1");
    }

    @Test
    void what_one_left_behind_only_one_goes_on_from() {
        Machine first = DESK.host();
        Machine second = DESK.host();
        TaskView task = DESK.create(buyer, ONE.replace("'replicas':1", "'replicas':2"));
        Held one = hold(first, task);
        Held two = hold(second, task);
        one.offer(brought(first, "one"));
        two.offer(brought(second, "two"));
        Held heirOfOne = heir(one);
        assertThat(heirOfOne.resume().job()).isEqualTo(one.job());
        assertThat(two.resume().job()).isEqualTo(two.job());
        Held heirOfTwo = heir(two);
        assertThat(heirOfTwo.resume().job()).isEqualTo(two.job());
        assertThat(heirOfOne.resume().job()).isEqualTo(one.job());
    }

    @Test
    void a_container_that_still_has_its_node_shares_nothing() {
        DESK.host();
        DESK.host();
        TaskView task = DESK.create(buyer, ONE.replace("'replicas':1", "'replicas':2"));
        List<Held> both = nodes(task).stream()
                .map(node -> {
                    UUID id = UUID.fromString(node.address());
                    UUID provider =
                            UUID.fromString(DESK.scene.text("select account_id::text from node where id = ?", id));
                    var machine = new Machine(
                            id, provider, DESK.scene.text("select miner_id from node where id = ?", id), true);
                    return hold(machine, task);
                })
                .toList();
        both.getFirst().offer(brought(both.getFirst().machine(), "mine"));
        assertThat(both.getLast().hasNothing()).isTrue();
    }

    @Test
    void only_the_holder_of_the_lease_brings_and_gets() {
        Held held = held();
        Held other = held();
        SnapshotChunk piece = brought(held.machine(), "x");
        UUID stranger = other.machine().provider();
        refused(
                ErrorCode.JOB_NOT_FOUND,
                () -> DESK.snapshots.offer(stranger, new SnapshotOffer(held.job(), held.lease(), List.of(piece))));
        refused(ErrorCode.JOB_NOT_FOUND, () -> DESK.snapshots.resume(stranger, held.job(), held.lease()));
        UUID provider = held.machine().provider();
        refused(
                ErrorCode.LEASE_LOST,
                () -> DESK.snapshots.offer(provider, new SnapshotOffer(held.job(), held.lease() + 1, List.of(piece))));
        DESK.scene.rows.update("update job set lease_expires_at = now() - interval '1 s' where id = ?", held.job());
        refused(ErrorCode.LEASE_LOST, () -> held.offer(piece));
        assertThat(DESK.scene.text("select count(*)::text from task_snapshot where job_id = ?", held.job()))
                .isEqualTo("0");
    }

    private List<SnapshotView> list(TaskView task) {
        return DESK.snapshots.list(buyer, task.id(), 50, null).items();
    }

    @Test
    void its_buyer_sees_the_newest_whole_one_of_each_container_and_reads_it() {
        Held held = held();
        assertThat(list(held.task())).isEmpty();
        held.offer(brought(held.machine(), "one"), chunk("not here yet"));
        assertThat(list(held.task())).as("not whole").isEmpty();
        held.offer(brought(held.machine(), "one"), brought(held.machine(), "two"));
        assertThat(list(held.task())).singleElement().satisfies(view -> {
            assertThat(view.job()).isEqualTo(held.job());
            assertThat(view.address()).isEqualTo(held.machine().node().toString());
            assertThat(view.bytes()).isEqualTo(200);
            assertThat(view.chunks()).isEqualTo(2);
        });
        assertThat(DESK.snapshots.read(buyer, held.task().id(), held.job()).chunks())
                .containsExactly(chunk("one"), chunk("two"));
    }

    @Test
    void snapshots_come_in_pages_newest_container_first() {
        Machine first = DESK.host();
        Machine second = DESK.host();
        TaskView task = DESK.create(buyer, ONE.replace("'replicas':1", "'replicas':2"));
        List<UUID> jobs = List.of(hold(first, task), hold(second, task)).stream()
                .map(held -> {
                    held.offer(brought(held.machine(), held.job().toString()));
                    return held.job();
                })
                .sorted(Comparator.comparing(UUID::toString).reversed())
                .toList();
        var page = DESK.snapshots.list(buyer, task.id(), 1, null);
        assertThat(page.items()).extracting(SnapshotView::job).containsExactly(jobs.getFirst());
        UUID cursor = UUID.fromString(Objects.requireNonNull(page.nextCursor()));
        var last = DESK.snapshots.list(buyer, task.id(), 1, cursor);
        assertThat(last.items()).extracting(SnapshotView::job).containsExactly(jobs.getLast());
        assertThat(last.nextCursor()).isNull();
    }

    @Test
    void a_strangers_snapshots_are_not_there_nor_are_those_of_another_task() {
        Held held = held();
        held.offer(brought(held.machine(), "mine"));
        UUID stranger = DESK.scene.buyer("10");
        UUID task = held.task().id();
        refused(ErrorCode.NOT_FOUND, () -> DESK.snapshots.list(stranger, task, 50, null));
        refused(ErrorCode.NOT_FOUND, () -> DESK.snapshots.read(stranger, task, held.job()));
        refused(
                ErrorCode.NOT_FOUND,
                () -> DESK.snapshots.read(buyer, held().task().id(), held.job()));
    }

    @Test
    void one_that_is_too_large_is_refused_before_anything_is_brought() {
        Held held = held();
        var huge = new SnapshotChunk(chunk("huge").sha256(), SnapshotChunk.MAX_BYTES);
        refused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> DESK.snapshots.offer(
                        held.machine().provider(),
                        new SnapshotOffer(held.job(), held.lease(), Collections.nCopies(257, huge))));
    }

    @Test
    void it_goes_some_time_after_its_task() {
        Held held = held();
        held.offer(brought(held.machine(), "x"));
        DESK.facade.stop(buyer, "test", held.task().id());
        DESK.sweep();
        String count = "select count(*)::text from task_snapshot where job_id = ?";
        assertThat(DESK.scene.text(count, held.job())).isEqualTo("1");
        DESK.scene.rows.update(
                "update task set finished_at = now() - interval '8 days' where id = ?",
                held.task().id());
        DESK.sweep();
        assertThat(DESK.scene.text(count, held.job())).isEqualTo("0");
    }
}
