package io.pithead.coordinator.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.TaskFile;
import io.pithead.protocol.task.TaskFileAnswer;
import io.pithead.protocol.task.TaskFileOffer;
import io.pithead.protocol.task.TaskView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskFileIT {
    private static final TaskDesk DESK = new TaskDesk();
    private static final String ONE = "{'name':'a','image':'a','replicas':1,'price':'1'}";
    private static final String TEMPLATE =
            ONE.replace("}", ",'storage_config':{'file_name_template':'m/${CURRENT_FILE_INDEX}-${ORIGINAL_NAME}'}}");

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
        TaskFileOffer offer(String path, String text) {
            return new TaskFileOffer(job, lease, path, sha(text), 100L);
        }

        TaskFileAnswer tell(String path, String text) {
            return DESK.files.offer(machine.provider(), offer(path, text));
        }

        /** Brought and told. */
        String bring(String path, String text) {
            DESK.scene.rows.update(
                    "insert into artifact (account_id, sha256, size, kept_until)"
                            + " values (?, ?, 100, now() + interval '1 day') on conflict do nothing",
                    machine.provider(),
                    sha(text));
            return Objects.requireNonNull(tell(path, text).name());
        }

        void anHourLater() {
            DESK.scene.rows.update("update task_file set at = at - interval '1 hour' where job_id = ?", job);
        }
    }

    private static String sha(String text) {
        return Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8));
    }

    private Held held(String json) {
        Machine machine = DESK.host();
        return hold(machine, DESK.create(buyer, json));
    }

    private Held hold(Machine machine, TaskView task) {
        UUID job = Objects.requireNonNull(DESK.facade.get(buyer, task.id()).nodes()).stream()
                .filter(node -> node.address().equals(machine.node().toString()))
                .findFirst()
                .orElseThrow()
                .job();
        return new Held(machine, task, job, DESK.scene.lease(job, machine));
    }

    private List<TaskFile> files(Held held) {
        return DESK.files.list(buyer, held.task().id(), 50, null).items();
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void a_file_is_one_of_the_tasks_when_its_bytes_are_here_and_not_before() {
        Held held = held(TEMPLATE);
        assertThat(held.tell("out/x.bin", "x")).isEqualTo(TaskFileAnswer.MISSING);
        assertThat(files(held)).isEmpty();
        assertThat(held.bring("out/x.bin", "x")).isEqualTo("m/0-out/x.bin");
        assertThat(files(held)).singleElement().satisfies(file -> {
            assertThat(file.name()).isEqualTo("m/0-out/x.bin");
            assertThat(file.path()).isEqualTo("out/x.bin");
            assertThat(file.sha256()).isEqualTo(sha("x"));
            assertThat(file.bytes()).isEqualTo(100);
            assertThat(file.address()).isEqualTo(held.machine().node().toString());
            assertThat(file.job()).isEqualTo(held.job());
        });
    }

    @Test
    void told_again_it_is_the_same_file_and_counts_once() {
        Held held = held(TEMPLATE);
        held.bring("x", "x");
        for (int i = 0; i < 5; i++) {
            assertThat(held.tell("x", "x")).isEqualTo(TaskFileAnswer.kept("m/0-x"));
        }
        assertThat(held.bring("y", "y")).isEqualTo("m/1-y");
        assertThat(files(held)).extracting(TaskFile::name).containsExactly("m/1-y", "m/0-x");
    }

    @Test
    void the_buyer_may_read_it_and_it_no_longer_counts_for_the_provider() {
        Held held = held(ONE);
        held.bring("x", "x");
        assertThat(DESK.scene.text(
                        "select count(*)::text from artifact_grant where sha256 = ? and account_id = ? and job_id = ?",
                        sha("x"),
                        buyer,
                        held.job()))
                .isEqualTo("1");
        assertThat(DESK.scene.text(
                        "select count(*)::text from artifact where account_id = ?",
                        held.machine().provider()))
                .isEqualTo("0");
        // the same bytes under another path need not be brought again
        assertThat(held.tell("y", "x").name()).endsWith("/y");
    }

    @Test
    void a_node_brings_so_many_of_a_task_in_an_hour_and_is_told_before_it_uploads() {
        Held held = held(ONE);
        held.bring("a", "a");
        held.bring("b", "b");
        assertThatThrownBy(() -> held.tell("c", "c")).isInstanceOfSatisfying(CoordinatorException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
            assertThat(refused.retryAfterSeconds().orElse(0)).isBetween(1, 3_600);
        });
        // what is known costs nothing
        assertThat(held.tell("a", "a").missing()).isFalse();
        Held other = held(ONE);
        assertThat(other.bring("a", "a")).endsWith("/a");
        held.anHourLater();
        assertThat(held.bring("c", "c")).endsWith("/c");
    }

    @Test
    void names_of_one_task_differ_whoever_chose_them() {
        Machine first = DESK.host();
        Machine second = DESK.host();
        TaskView task = DESK.create(
                buyer,
                ONE.replace("'replicas':1", "'replicas':2")
                        .replace("}", ",'storage_config':{'file_name_template':'same.bin'}}"));
        String one = hold(first, task).bring("a", "first");
        Held other = hold(second, task);
        String two = other.bring("a", "second");
        assertThat(one).isEqualTo("same.bin");
        assertThat(two).isEqualTo("same-" + sha("second").substring(0, 12) + ".bin");
        assertThat(other.bring("b", "second")).startsWith("same-").isNotEqualTo(two);
    }

    @Test
    void who_names_the_digest_of_anothers_bytes_gets_nothing() {
        Held victim = held(ONE);
        victim.bring("secret", "secret");
        Held thief = held(ONE);
        assertThat(thief.tell("loot", "secret")).isEqualTo(TaskFileAnswer.MISSING);
        assertThat(files(thief)).isEmpty();
    }

    @Test
    void only_the_holder_of_the_lease_brings_and_only_the_buyer_reads() {
        Held held = held(ONE);
        Held other = held(ONE);
        refused(ErrorCode.JOB_NOT_FOUND, () -> DESK.files.offer(other.machine().provider(), held.offer("x", "x")));
        var stale = new Held(held.machine(), held.task(), held.job(), held.lease() - 1);
        refused(ErrorCode.LEASE_LOST, () -> stale.tell("x", "x"));
        DESK.scene.rows.update("update job set lease_expires_at = now() - interval '1 s' where id = ?", held.job());
        refused(ErrorCode.LEASE_LOST, () -> held.tell("x", "x"));
        UUID stranger = DESK.scene.buyer("1");
        refused(ErrorCode.NOT_FOUND, () -> DESK.files.list(stranger, held.task().id(), 50, null));
    }

    @Test
    void what_was_announced_may_come_after_the_containers_end_but_not_after_a_lost_lease() {
        Held held = held(ONE);
        DESK.scene.rows.update(
                "update job set state = 'FAILED', lease_expires_at = null, finished_at = now() where id = ?",
                held.job());
        assertThat(held.bring("late", "late")).endsWith("/late");
        DESK.scene.rows.update("update job set finished_at = now() - interval '25 hours' where id = ?", held.job());
        refused(ErrorCode.LEASE_LOST, () -> held.tell("later", "later"));
        Held lost = held(ONE);
        DESK.scene.rows.update("update job set state = 'QUEUED', lease_expires_at = null where id = ?", lost.job());
        refused(ErrorCode.LEASE_LOST, () -> lost.tell("x", "x"));
    }

    @Test
    void one_that_is_too_large_is_refused_before_it_is_brought() {
        Held held = held(ONE);
        refused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> DESK.files.offer(
                        held.machine().provider(),
                        new TaskFileOffer(held.job(), held.lease(), "x", sha("x"), (100L << 20) + 1)));
    }

    @Test
    void the_template_knows_the_group_and_counts_for_each_container() {
        Machine first = DESK.host();
        Machine second = DESK.host();
        TaskView task = DESK.create(
                buyer,
                "{'name':'a','image':'a','replicas':1,'price':'1','scheduling_config':{'plugins':{'node_groups':"
                        + "{'allowed_topologies':['pair']}}},'storage_config':{'file_name_template':"
                        + "'${NODE_GROUP_ID}/${NODE_GROUP_INDEX}of${NODE_GROUP_SIZE}-${TOTAL_UPLOAD_COUNT_AFTER}'}}");
        DESK.sweep();
        String group = DESK.scene.text("select id::text from node_group where task_id = ?", task.id());
        Held one = hold(first, task);
        Held two = hold(second, task);
        int index = DESK.scene
                        .text("select position::text from node_group_member where node_id = ? and live", first.node())
                        .equals("0")
                ? 0
                : 1;
        assertThat(one.bring("x", "1")).isEqualTo(group + "/" + index + "of2-1");
        assertThat(one.bring("x", "2")).isEqualTo(group + "/" + index + "of2-2");
        assertThat(two.bring("x", "3")).isEqualTo(group + "/" + (1 - index) + "of2-1");
    }

    @Test
    void the_list_goes_on_where_it_stopped() {
        Held held = held(ONE);
        held.bring("a", "a");
        held.bring("b", "b");
        Page<TaskFile> newest = DESK.files.list(buyer, held.task().id(), 1, null);
        assertThat(newest.items()).extracting(TaskFile::path).containsExactly("b");
        Page<TaskFile> oldest = DESK.files.list(
                buyer, held.task().id(), 1, UUID.fromString(Objects.requireNonNull(newest.nextCursor())));
        assertThat(oldest.items()).extracting(TaskFile::path).containsExactly("a");
        assertThat(oldest.nextCursor()).isNull();
    }
}
