package io.pithead.coordinator.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.NodeView;
import io.pithead.protocol.task.TaskNode;
import io.pithead.protocol.task.TaskState;
import io.pithead.protocol.task.TaskView;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskRoundsIT {
    private static final TaskDesk DESK = new TaskDesk();
    private static final String SAMPLE = "{'name':'sample','image':'ubuntu:latest','price':'2'}";

    private final UUID buyer = DESK.scene.buyer("10");

    @BeforeEach
    void nobody_is_there() {
        DESK.scene.rows.update("update node_liveness set last_seen_at = now() - interval '1 day'");
    }

    @AfterEach
    void everything_is_sound() {
        DESK.facade.list(buyer, 50, null).items().forEach(task -> DESK.facade.stop(buyer, "test", task.id()));
        Histories.assertSound(DESK.scene);
    }

    private TaskNode place(TaskView task) {
        assertThat(task.nodes()).hasSize(1);
        return Objects.requireNonNull(task.nodes()).getFirst();
    }

    private TaskView look(TaskView task) {
        return DESK.facade.get(buyer, task.id());
    }

    private long lease(TaskView task, Machine machine) {
        return DESK.scene.lease(place(task).job(), machine);
    }

    @Test
    void a_task_is_placed_on_every_node_that_is_there_and_on_those_that_come() {
        Machine first = DESK.host();
        Machine second = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        assertThat(task.nodes())
                .extracting(TaskNode::address)
                .containsExactlyInAnyOrder(
                        first.node().toString(), second.node().toString());
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("4.000000");

        Machine third = DESK.host();
        DESK.sweep();
        assertThat(look(task).nodes())
                .extracting(TaskNode::address)
                .contains(third.node().toString());
        DESK.sweep();
        assertThat(look(task).nodes()).hasSize(3);
    }

    @Test
    void a_plan_says_what_a_task_would_come_to_and_makes_nothing() {
        DESK.host();
        Machine laden = DESK.host();
        DESK.scene.rows.update(
                "update node set capabilities = replace(capabilities::text, '\"concurrency\":4', '\"concurrency\":1')::json,"
                        + " updated_at = now() where id = ?",
                laden.node());
        DESK.create(buyer, "{'name':'here','image':'a','price':'1'}");

        PlanView everywhere = DESK.facade.plan(buyer, TaskDesk.request(SAMPLE));
        assertThat(everywhere.nodes()).isEqualTo(2);
        assertThat(everywhere.matching()).isEqualTo(2);
        assertThat(everywhere.free()).isEqualTo(1);
        assertThat(everywhere.reserves()).isEqualTo("4.000000");
        assertThat(everywhere.available()).isEqualTo("8.000000");
        assertThat(everywhere.affordable()).isTrue();

        PlanView big = DESK.facade.plan(
                buyer,
                TaskDesk.request("{'name':'b','image':'a','resources':{'ram_mb':16000},'replicas':9,'price':'1'}"));
        assertThat(big.matching()).isZero();
        assertThat(big.refusals()).containsExactly(Map.entry("NOT_ENOUGH_RAM", 2));
        assertThat(big.reserves()).isEqualTo("9.000000");
        assertThat(big.affordable()).isFalse();

        PlanView metered = DESK.facade.plan(
                buyer,
                TaskDesk.request("{'name':'m','image':'a','replicas':1,'resources':{'cpus':2},"
                        + "'metered':{'cpu_second':'0.0001'}}"));
        assertThat(metered.per()).isEqualTo("node hour");
        assertThat(metered.price()).isEqualTo("0.720000");

        assertThatThrownBy(
                        () -> DESK.facade.plan(buyer, TaskDesk.request("{'name':'m','image':'a','requirements':'no'}")))
                .isInstanceOf(CoordinatorException.class);
        assertThat(DESK.facade.list(buyer, 50, null).items()).hasSize(1);
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("2.000000");
    }

    @Test
    void replicas_are_counted_and_the_least_laden_nodes_get_them() {
        Machine laden = DESK.host();
        TaskView before = DESK.create(buyer, "{'name':'one','image':'a','replicas':1,'price':'1'}");
        Machine free = DESK.host();
        TaskView task = DESK.create(buyer, "{'name':'two','image':'a','replicas':1,'price':'1'}");
        assertThat(place(before).address()).isEqualTo(laden.node().toString());
        assertThat(place(task).address()).isEqualTo(free.node().toString());
    }

    @Test
    void a_task_nobody_fits_says_why_and_is_placed_when_somebody_comes() {
        DESK.host();
        TaskView task = DESK.create(buyer, "{'name':'big','image':'a','resources':{'ram_mb':16000},'price':'1'}");
        assertThat(task.state()).isEqualTo(TaskState.PENDING);
        assertThat(task.nodes()).isEmpty();
        assertThat(task.reason()).contains("NOT_ENOUGH_RAM=1");
        Machine big = DESK.host();
        DESK.scene.rows.update(
                "update node set capabilities = replace(capabilities::text, '8000', '32000')::json, updated_at = now()"
                        + " where id = ?",
                big.node());
        DESK.sweep();
        assertThat(place(look(task)).address()).isEqualTo(big.node().toString());
        assertThat(look(task).reason()).isNull();
    }

    @Test
    void reports_of_the_holder_move_the_node_and_the_task() {
        Machine host = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        lease(task, host);
        DESK.report(place(task).job(), ContainerState.PULLING, null);
        assertThat(look(task).state()).isEqualTo(TaskState.PULLING);
        DESK.report(place(task).job(), ContainerState.RUNNING, null);
        assertThat(look(task).state()).isEqualTo(TaskState.RUNNING);
        assertThat(DESK.nodes.list(buyer, 10, null).items())
                .filteredOn(node -> node.address().equals(host.node().toString()))
                .allSatisfy(node -> {
                    assertThat(node.taskId()).isEqualTo(task.id());
                    assertThat(node.taskState()).isEqualTo(ContainerState.RUNNING);
                });
        assertThat(DESK.nodes.list(DESK.scene.buyer("1"), 200, null).items())
                .allSatisfy(node -> assertThat(node.taskId()).isNull());
    }

    @Test
    void the_lease_of_a_container_survives_a_disconnection() {
        Machine host = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        lease(task, host);
        assertThat(DESK.scene.text(
                        "select lease_expires_at > now() + interval '14 min' and kind = 'CONTAINER' from job where id = ?",
                        place(task).job()))
                .isEqualTo("t");
    }

    @Test
    void an_order_is_repeated_until_its_generation_is_reported() {
        Machine host = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        long lease = lease(task, host);
        UUID job = place(task).job();
        DESK.report(job, ContainerState.RUNNING, 0L);
        assertThat(DESK.directives(host)).isEmpty();

        TaskView paused = DESK.facade.pause(buyer, task.id());
        Directive pause = Directive.task(job, lease, ContainerOrder.PAUSE, paused.generation());
        assertThat(DESK.directives(host)).containsExactly(pause);
        DESK.report(job, ContainerState.RUNNING, 0L);
        assertThat(DESK.directives(host)).containsExactly(pause);
        DESK.report(job, ContainerState.PAUSED, paused.generation());
        assertThat(DESK.directives(host)).isEmpty();
        assertThat(look(task).state()).isEqualTo(TaskState.PAUSED);

        DESK.facade.resume(buyer, task.id());
        assertThat(DESK.directives(host)).extracting(Directive::order).containsExactly(ContainerOrder.RUN);
    }

    @Test
    void a_restart_is_ordered_once_and_for_the_buyers_own_containers_only() {
        Machine host = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        lease(task, host);
        UUID stranger = DESK.scene.buyer("1");
        assertThatThrownBy(() -> DESK.nodes.restart(stranger, host.node())).isInstanceOf(CoordinatorException.class);
        assertThat(DESK.nodes.restart(buyer, host.node())).isEqualTo(1);
        assertThat(DESK.directives(host)).extracting(Directive::order).containsExactly(ContainerOrder.RESTART);
    }

    @Test
    void a_stopped_task_ends_its_jobs_and_gives_the_money_back() {
        Machine host = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        lease(task, host);
        TaskView stopped = DESK.facade.stop(buyer, "buyer:test", task.id());
        assertThat(stopped.state()).isEqualTo(TaskState.STOPPED);
        assertThat(stopped.counts()).isEqualTo(Map.of(ContainerState.STOPPED, 1));
        assertThat(DESK.scene.balance(buyer, Pot.AVAILABLE)).isEqualTo("10.000000");
        assertThat(DESK.facade.stop(buyer, "buyer:test", task.id()).state()).isEqualTo(TaskState.STOPPED);
        DESK.sweep();
        assertThat(look(task).nodes()).hasSize(1);
    }

    @Test
    void a_place_whose_node_is_gone_is_given_to_another() {
        Machine lost = DESK.host();
        TaskView task = DESK.create(buyer, "{'name':'a','image':'a','replicas':1,'price':'1'}");
        lease(task, lost);
        Machine other = DESK.host();
        DESK.away(lost);
        DESK.sweep();
        assertThat(place(look(task)).address())
                .as("while the lease lasts the container may still run")
                .isEqualTo(lost.node().toString());

        DESK.scene.rows.update(
                "update job set state = 'QUEUED', lease_expires_at = null where id = ?",
                place(task).job());
        DESK.sweep();
        DESK.sweep();
        assertThat(place(look(task)).address()).isEqualTo(other.node().toString());
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("1.000000");
    }

    @Test
    void a_task_without_replicas_waits_for_its_node_to_come_back() {
        Machine lost = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        lease(task, lost);
        DESK.away(lost);
        DESK.scene.rows.update(
                "update job set state = 'QUEUED', lease_expires_at = null where id = ?",
                place(task).job());
        DESK.sweep();
        assertThat(place(look(task)).state()).isEqualTo(ContainerState.PENDING);
        assertThat(place(look(task)).address()).isEqualTo(lost.node().toString());
    }

    @Test
    void a_task_of_a_run_is_placed_on_its_healthy_nodes_alone_and_says_why_it_is_not() {
        UUID run = DESK.scene.run(buyer, "OPEN");
        Machine inside = DESK.host();
        Machine outside = DESK.host();
        String json = "{'name':'a','image':'a','price':'1','run':'" + run + "'}";
        TaskView task = DESK.create(buyer, json);
        assertThat(task.request().run()).isEqualTo(run);
        assertThat(task.nodes()).isEmpty();
        assertThat(task.reason()).isEqualTo("no node fits: {NOT_IN_RUN=2}; its run is OPEN with 0 healthy nodes");
        DESK.scene.member(run, inside, "HEALTHY");
        DESK.scene.member(run, outside, "UNHEALTHY");
        DESK.sweep();
        assertThat(place(look(task)).address()).isEqualTo(inside.node().toString());
        DESK.scene.member(run, outside, "HEALTHY");
        DESK.sweep();
        assertThat(look(task).nodes()).hasSize(2);
    }

    @Test
    void a_place_at_a_node_that_is_no_healthy_one_of_its_run_any_more_is_given_to_another_unless_it_has_begun() {
        UUID run = DESK.scene.run(buyer, "OPEN");
        Machine first = DESK.host();
        DESK.scene.member(run, first, "HEALTHY");
        String json = "{'name':'a','image':'a','replicas':1,'price':'1','run':'" + run + "'}";
        TaskView begun = DESK.create(buyer, json);
        lease(begun, first);
        DESK.report(place(begun).job(), ContainerState.RUNNING, null);
        TaskView waiting = DESK.create(buyer, json);
        DESK.scene.member(run, first, "UNHEALTHY");
        UUID job = place(waiting).job();
        assertThat(DESK.scene.claims.claim(
                        DESK.scene.rows.number("select class_id from job where id = ?", job),
                        first.node(),
                        first.minerId(),
                        true,
                        1))
                .as("it begins nothing there")
                .isEmpty();
        Machine second = DESK.host();
        DESK.scene.member(run, second, "HEALTHY");

        DESK.sweep();
        DESK.sweep();

        assertThat(place(look(waiting)).address()).isEqualTo(second.node().toString());
        assertThat(place(look(begun)).address()).isEqualTo(first.node().toString());
        assertThat(place(look(begun)).state()).isEqualTo(ContainerState.RUNNING);
    }

    @Test
    void a_task_ends_with_its_run() {
        UUID run = DESK.scene.run(buyer, "OPEN");
        Machine node = DESK.host();
        DESK.scene.member(run, node, "HEALTHY");
        TaskView task = DESK.create(buyer, "{'name':'a','image':'a','price':'1','run':'" + run + "'}");
        DESK.scene.rows.update("update run set state = 'ENDED' where id = ?", run);
        DESK.sweep();
        DESK.sweep();
        assertThat(look(task).state()).isEqualTo(TaskState.STOPPED);
        assertThat(look(task).reason()).isEqualTo("its run has ended");
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
    }

    @Test
    void a_task_for_anothers_run_is_refused() {
        UUID run = DESK.scene.run(DESK.scene.buyer("1"), "OPEN");
        assertThatThrownBy(() -> DESK.create(buyer, "{'name':'a','image':'a','price':'1','run':'" + run + "'}"))
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.facts()).containsOnlyKeys("/run"));
    }

    private static void ban(Machine machine) {
        DESK.scene.rows.update("update node set ban = 'it cheats' where id = ?", machine.node());
    }

    @Test
    void a_place_at_a_banned_node_is_given_to_another_though_the_node_is_there_and_its_lease_lasts() {
        Machine banned = DESK.host();
        TaskView task = DESK.create(buyer, "{'name':'a','image':'a','replicas':1,'price':'1'}");
        UUID job = place(task).job();
        lease(task, banned);
        DESK.report(job, ContainerState.RUNNING, null);
        Machine other = DESK.host();

        ban(banned);
        DESK.sweep();
        DESK.sweep();

        assertThat(place(look(task)).address()).isEqualTo(other.node().toString());
        assertThat(DESK.scene.text("select state || ' ' || error_message from job where id = ?", job))
                .isEqualTo("CANCELED its node was banned");
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("1.000000");
        assertThat(DESK.nodes.list(buyer, 1_000, null).items())
                .filteredOn(node -> node.address().equals(banned.node().toString()))
                .extracting(NodeView::status)
                .containsExactly(NodeView.Status.BANNED);
    }

    @Test
    void a_task_for_every_node_leaves_a_banned_one_and_comes_back_when_it_is_lifted() {
        Machine banned = DESK.host();
        Machine other = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        assertThat(task.nodes()).hasSize(2);
        DESK.facade.pause(buyer, task.id());

        ban(banned);
        DESK.sweep();
        assertThat(look(task).nodes())
                .as("of a paused task as well")
                .extracting(TaskNode::address)
                .containsExactly(other.node().toString());

        DESK.facade.resume(buyer, task.id());
        DESK.sweep();
        assertThat(look(task).nodes()).hasSize(1);
        DESK.scene.rows.update("update node set ban = null where id = ?", banned.node());
        DESK.sweep();
        assertThat(look(task).nodes()).hasSize(2);
    }

    @Test
    void a_mount_that_only_its_variables_make_too_long_is_refused() {
        String path = "/" + "${TASK_ID}".repeat(20);
        assertThatThrownBy(() -> DESK.create(
                        buyer,
                        "{'name':'a','image':'a','volume_mounts':[{'host_path':'" + path
                                + "','container_path':'/x'}]}"))
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.facts()).containsKey("/volume_mounts"));
    }

    @Test
    void an_order_that_nobody_gave_cannot_be_reported_done() {
        Machine host = DESK.host();
        TaskView task = DESK.create(buyer, SAMPLE);
        lease(task, host);
        DESK.report(place(task).job(), ContainerState.RUNNING, Long.MAX_VALUE);
        DESK.facade.pause(buyer, task.id());
        assertThat(DESK.directives(host)).hasSize(1);
    }

    @Test
    void a_task_that_cannot_be_placed_keeps_no_other_one_from_it() {
        TaskView broken = DESK.create(buyer, "{'name':'a','image':'a','price':'1'}");
        TaskView good = DESK.create(buyer, "{'name':'b','image':'b','price':'1'}");
        DESK.scene.rows.update(
                "update task set request = '{\"name\":\"a\",\"image\":\"a\",\"requirements\":\"no such key\"}'::json,"
                        + " place_at = now() - interval '1 day' where id = ?",
                broken.id());
        DESK.host();
        DESK.sweep();
        assertThat(look(good).nodes()).hasSize(1);
        assertThat(look(broken).nodes()).isEmpty();
        assertThat(look(broken).reason()).contains("INTERNAL");
    }

    @Test
    void a_task_that_nobody_took_ends_with_its_deadline() {
        TaskView task = DESK.create(buyer, "{'name':'a','image':'a','deadline':'2999-01-01T00:00:00Z'}");
        DESK.scene.rows.update("update task set deadline = now() - interval '1 s' where id = ?", task.id());
        DESK.sweep();
        assertThat(look(task).state()).isEqualTo(TaskState.STOPPED);
        assertThat(look(task).reason()).contains("deadline");
    }

    @Test
    void a_budget_that_does_not_cover_the_task_is_refused_and_changes_nothing() {
        DESK.host();
        assertThatThrownBy(() -> DESK.create(buyer, "{'name':'a','image':'a','replicas':6,'price':'2'}"))
                .hasMessageContaining("does not cover");
        assertThat(DESK.facade.list(buyer, 10, null).items()).isEmpty();
    }

    @Test
    void a_wallet_that_runs_dry_leaves_the_rest_unplaced_and_says_so() {
        for (int i = 0; i < 3; i++) {
            DESK.host();
        }
        TaskView task = DESK.create(buyer, "{'name':'a','image':'a','price':'4'}");
        assertThat(task.nodes()).isEmpty();
        assertThat(task.reason()).contains("INSUFFICIENT_FUNDS");
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
    }

    @Test
    void secrets_are_sealed_never_shown_and_opened_for_the_offer_only() {
        TaskView task = DESK.create(
                buyer,
                "{'name':'a','image':'a','secrets':{'TOKEN':'hush-hush'},"
                        + "'registry_auth':{'username':'u','password':'very-secret'}}");
        assertThat(task.secrets()).containsExactly("TOKEN");
        assertThat(task.request().secrets()).isNull();
        assertThat(task.request().registryAuth()).isNull();
        String row = DESK.scene.text("select row_to_json(t)::text from task t where id = ?", task.id());
        assertThat(row).doesNotContain("hush-hush", "very-secret");
        var opened = DESK.scene.database.withConnection(connection -> DESK.secrets.of(connection, List.of(task.id())));
        ContainerSecrets hidden = Objects.requireNonNull(opened.get(task.id()));
        assertThat(hidden.env()).containsEntry("TOKEN", "hush-hush");
        assertThat(hidden.toString()).doesNotContain("hush-hush");
        DESK.facade.stop(buyer, "buyer:test", task.id());
        assertThat(DESK.scene.text("select secrets is null from task where id = ?", task.id()))
                .isEqualTo("t");
    }

    @Test
    void another_accounts_task_is_not_found() {
        TaskView task = DESK.create(buyer, SAMPLE);
        UUID stranger = DESK.scene.buyer("1");
        assertThatThrownBy(() -> DESK.facade.get(stranger, task.id())).hasMessageContaining("no such task");
        assertThatThrownBy(() -> DESK.facade.stop(stranger, "x", task.id())).hasMessageContaining("no such task");
        assertThatThrownBy(() -> DESK.facade.pause(stranger, task.id())).hasMessageContaining("no such task");
        assertThat(DESK.facade.list(stranger, 10, null).items()).isEmpty();
    }

    @Test
    void variables_have_their_values_from_the_placement_on() {
        Machine host = DESK.host();
        TaskView task = DESK.create(
                buyer,
                "{'name':'a','image':'a','cmd':['run','${TASK_ID}','${HOME}','${SOCKET_PATH}'],"
                        + "'env_vars':{'WHERE':'${NODE_ADDRESS}'},"
                        + "'volume_mounts':[{'host_path':'/x-${TASK_ID}','container_path':'/x'}]}");
        String spec = DESK.scene.text(
                "select request->>'payload' from job_spec where job_id = ?",
                place(task).job());
        assertThat(spec)
                .contains("\"run\",\"" + task.id() + "\",\"${HOME}\",\"${SOCKET_PATH}\"")
                .contains("\"WHERE\":\"" + host.node() + "\"")
                .contains("\"/x-" + task.id() + "\"");
    }

    @Test
    void a_groups_variables_have_values_in_groups_only() {
        assertThatThrownBy(() -> DESK.create(buyer, "{'name':'a','image':'a','cmd':['${GROUP_INDEX}']}"))
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.facts()).containsKey("/"));
    }

    @Test
    void what_this_release_does_not_offer_is_refused_by_name() {
        assertThatThrownBy(
                        () -> DESK.create(
                                buyer,
                                "{'name':'a','image':'a','requirements':'gpu:speed=9','cmd':['${GROUP_INDEX}'],"
                                        + "'scheduling_config':{'plugins':{'node_groups':{}}},'storage_config':{'file_name_template':'../${HOME}'}}"))
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.facts())
                                .containsKeys(
                                        "/requirements",
                                        "/scheduling_config/plugins/node_groups",
                                        "/storage_config/file_name_template"));
    }
}
