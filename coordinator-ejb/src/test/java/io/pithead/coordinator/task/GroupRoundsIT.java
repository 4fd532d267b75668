package io.pithead.coordinator.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.task.core.GroupChange;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.GroupConfiguration;
import io.pithead.protocol.task.GroupView;
import io.pithead.protocol.task.NodeView;
import io.pithead.protocol.task.TaskNode;
import io.pithead.protocol.task.TaskState;
import io.pithead.protocol.task.TaskView;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupRoundsIT {
    private static final TaskDesk DESK = new TaskDesk();
    private static final String GROUPS =
            "'scheduling_config':{'plugins':{'node_groups':{'allowed_topologies':['%s']}}}";
    private static final String PAIR = GROUPS.formatted("pair");
    private static final String SOME = GROUPS.formatted("some");

    private final UUID buyer = DESK.scene.buyer("100");

    @BeforeEach
    void nobody_is_there() {
        DESK.scene.rows.update("update node_liveness set last_seen_at = now() - interval '1 day'");
    }

    @AfterEach
    void everything_is_sound() {
        assertThat(DESK.scene.column("select node_id::text from node_group_member where live group by node_id"
                        + " having count(*) > 1"))
                .as("nodes in two groups")
                .isEmpty();
        DESK.scene.rows.update("update task set wanted = 'STOP' where finished_at is null");
        DESK.sweep();
        DESK.sweep();
        assertThat(DESK.scene.text("select count(*) from node_group where ended_at is null"))
                .as("groups of tasks that have ended")
                .isEqualTo("0");
        Histories.assertSound(DESK.scene);
    }

    private TaskView create(String more) {
        return DESK.create(buyer, "{'name':'a','image':'a','price':'2'," + more + "}");
    }

    private TaskView look(TaskView task) {
        return DESK.facade.get(buyer, task.id());
    }

    private List<TaskNode> nodes(TaskView task) {
        return Objects.requireNonNull(look(task).nodes());
    }

    private List<GroupView> groups() {
        return DESK.groups.list(buyer, 100, null).page().items();
    }

    private static String id(Machine machine) {
        return machine.node().toString();
    }

    private static void settle() {
        DESK.scene.rows.update(
                "update node_group set created_at = created_at - interval '1 min' where state = 'FORMING'");
        DESK.sweep();
    }

    private static JsonNode spec(TaskNode node) {
        return Json.own(DESK.scene.text("select request from job_spec where job_id = ?", node.job()), JsonNode.class)
                .get("payload");
    }

    @Test
    void neighbours_run_a_task_together_and_each_knows_its_place_in_the_ring() {
        Machine berlin = DESK.host(52.52, 13.40, "/ip4/10.0.0.1/tcp/4002");
        Machine sydney = DESK.host(-33.87, 151.21, "/ip4/10.0.0.2/tcp/4002");
        Machine potsdam = DESK.host(52.39, 13.06, "/ip4/10.0.0.3/tcp/4002");
        Machine melbourne = DESK.host(-37.81, 144.96, "/ip4/10.0.0.4/tcp/4002");
        TaskView task = create(PAIR + ",'cmd':['${GROUP_ID}','${GROUP_INDEX}/${GROUP_SIZE}','${NEXT_P2P_ADDRESS}'],"
                + "'volume_mounts':[{'host_path':'/g-${GROUP_ID}','container_path':'/g'}]");
        assertThat(groups())
                .extracting(group -> List.copyOf(new java.util.TreeSet<>(group.nodes())))
                .containsExactlyInAnyOrder(
                        List.copyOf(new java.util.TreeSet<>(List.of(id(berlin), id(potsdam)))),
                        List.copyOf(new java.util.TreeSet<>(List.of(id(sydney), id(melbourne)))));
        assertThat(nodes(task)).hasSize(4);
        GroupView north = groups().stream()
                .filter(group -> group.nodes().contains(id(berlin)))
                .findFirst()
                .orElseThrow();
        assertThat(north.state()).isEqualTo(GroupView.State.PLACED);
        for (TaskNode node : nodes(task)) {
            int index = north.nodes().indexOf(node.address());
            if (index >= 0) {
                JsonNode spec = spec(node);
                String next = north.nodes().get(1 - index).equals(id(berlin))
                        ? "/ip4/10.0.0.1/tcp/4002"
                        : "/ip4/10.0.0.3/tcp/4002";
                assertThat(spec.get("cmd").valueStream().map(JsonNode::asText))
                        .containsExactly(north.id().toString(), index + "/2", next);
                assertThat(spec.at("/env/GROUP_INDEX").asText()).isEqualTo(Integer.toString(index));
                assertThat(spec.at("/mounts/0/host_path").asText()).isEqualTo("/g-" + north.id());
            }
        }
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("8.000000");
    }

    @Test
    void its_buyer_sees_at_each_node_which_of_the_groups_nodes_it_is_and_nobody_else_does() {
        Machine one = DESK.host();
        TaskView task = create(SOME);
        GroupView forming = groups().getFirst();
        assertThat(groupAt(buyer, one))
                .as("without an index while it forms")
                .isEqualTo(new NodeView.Group(forming.id(), null, 1));
        Machine two = DESK.host();
        DESK.sweep();
        settle();
        GroupView placed = groups().getFirst();
        for (Machine machine : List.of(one, two)) {
            int index = placed.nodes().indexOf(id(machine));
            assertThat(groupAt(buyer, machine)).isEqualTo(new NodeView.Group(placed.id(), index, 2));
            assertThat(groupAt(DESK.scene.buyer("1"), machine)).isNull();
        }
        DESK.facade.stop(buyer, "buyer:test", task.id());
        DESK.sweep();
        assertThat(groupAt(buyer, one)).as("its group is over").isNull();
    }

    private static NodeView.@Nullable Group groupAt(UUID account, Machine machine) {
        return DESK.nodes.list(account, 1_000, null).items().stream()
                .filter(node -> node.address().equals(id(machine)))
                .findFirst()
                .orElseThrow()
                .group();
    }

    private static List<GroupChange> newsOf(TaskView task) {
        return DESK.news.stream().filter(news -> news.task().equals(task.id())).toList();
    }

    @Test
    void it_is_told_once_when_a_group_is_placed_and_once_how_it_ends() {
        DESK.host();
        DESK.host();
        TaskView task = create(PAIR);
        GroupView group = groups().getFirst();
        assertThat(newsOf(task)).singleElement().satisfies(news -> {
            assertThat(news.group()).isEqualTo(group.id());
            assertThat(news.account()).isEqualTo(buyer);
            assertThat(news.state()).isEqualTo(GroupView.State.PLACED);
            assertThat(news.nodes()).isEqualTo(group.nodes());
            assertThat(news.seq()).isEqualTo(1);
        });

        DESK.groups.dissolve(buyer, group.id());
        DESK.sweep();
        DESK.facade.stop(buyer, "buyer:test", task.id());
        DESK.sweep();
        DESK.sweep();
        assertThat(newsOf(task))
                .extracting(GroupChange::state, GroupChange::seq, GroupChange::reason)
                .containsExactly(
                        tuple(GroupView.State.PLACED, 1, null),
                        tuple(GroupView.State.DISSOLVED, 2, "dissolved by its buyer"),
                        tuple(GroupView.State.PLACED, 1, null),
                        tuple(GroupView.State.ENDED, 2, null));
        assertThat(newsOf(task).get(1).nodes()).isEqualTo(group.nodes());
    }

    @Test
    void a_group_that_never_began_is_nobodys_news() {
        DESK.host();
        TaskView task = create(SOME);
        assertThat(groups()).hasSize(1);
        DESK.facade.stop(buyer, "buyer:test", task.id());
        DESK.sweep();
        DESK.sweep();
        assertThat(groups()).isEmpty();
        assertThat(newsOf(task)).isEmpty();
    }

    @Test
    void the_gauges_count_groups_by_state_and_nodes_in_none() {
        DESK.host();
        DESK.host();
        create(PAIR);
        DESK.host();
        create(SOME);
        DESK.host();
        DESK.gauges.observe();
        assertThat(gauge("pithead_groups")).containsOnly(Map.entry("FORMING", 1.0), Map.entry("PLACED", 1.0));
        assertThat(gauge("pithead_nodes_ungrouped")).containsOnly(Map.entry("", 1.0));
    }

    /** Values by state, or of the one series without any. */
    private static Map<String, Double> gauge(String name) {
        return DESK.gauges.metrics.registry().scrape(name::equals).stream()
                .flatMap(metric -> metric.getDataPoints().stream())
                .map(GaugeSnapshot.GaugeDataPointSnapshot.class::cast)
                .collect(Collectors.toMap(
                        point -> Objects.requireNonNullElse(point.getLabels().get("state"), ""),
                        GaugeSnapshot.GaugeDataPointSnapshot::getValue));
    }

    @Test
    void a_group_waits_until_enough_nodes_are_there_and_says_so() {
        Machine one = DESK.host();
        TaskView task = create(PAIR);
        assertThat(nodes(task)).isEmpty();
        assertThat(look(task).reason()).contains("no 2 nodes fit");
        assertThat(groups()).isEmpty();
        Machine two = DESK.host();
        DESK.sweep();
        assertThat(nodes(task)).extracting(TaskNode::address).containsExactlyInAnyOrder(id(one), id(two));
        assertThat(look(task).reason()).isNull();
    }

    @Test
    void a_group_that_has_begun_is_never_changed_whoever_comes() {
        Machine one = DESK.host();
        TaskView task = create(SOME);
        assertThat(nodes(task)).as("it waits a moment for more").isEmpty();
        assertThat(groups()).extracting(GroupView::state).containsExactly(GroupView.State.FORMING);
        Machine two = DESK.host();
        DESK.sweep();
        assertThat(nodes(task)).isEmpty();
        settle();
        assertThat(nodes(task)).extracting(TaskNode::address).containsExactlyInAnyOrder(id(one), id(two));
        GroupView begun = groups().getFirst();

        Machine three = DESK.host();
        DESK.sweep();
        settle();
        assertThat(groups()).hasSize(2).contains(begun);
        assertThat(groups().getLast().nodes()).containsExactly(id(three));
        assertThat(nodes(task)).hasSize(3);
    }

    @Test
    void groups_that_have_not_begun_merge() {
        Machine one = DESK.host();
        TaskView task = create(SOME);
        UUID kept = groups().getFirst().id();
        Machine two = DESK.host();
        UUID other = UUID.randomUUID();
        DESK.scene.rows.update(
                "insert into node_group (id, task_id, account_id, topology, state) values (?, ?, ?, 'some', 'FORMING')",
                other,
                task.id(),
                buyer);
        DESK.scene.rows.update("insert into node_group_member (group_id, node_id) values (?, ?)", other, two.node());
        DESK.sweep();
        assertThat(groups())
                .singleElement()
                .satisfies(group -> assertThat(group.nodes()).containsExactlyInAnyOrder(id(one), id(two)));
        assertThat(groups().getFirst().id()).isIn(kept, other);
    }

    @Test
    void a_node_is_in_one_group_whoever_buys() {
        Machine one = DESK.host();
        Machine two = DESK.host();
        TaskView first = create(PAIR);
        UUID stranger = DESK.scene.buyer("100");
        TaskView second = DESK.create(stranger, "{'name':'a','image':'a','price':'2'," + PAIR + "}");
        assertThat(nodes(first)).hasSize(2);
        assertThat(second.nodes()).isEmpty();
        assertThat(second.reason()).contains("IN_A_GROUP=2");
        assertThat(DESK.groups.list(stranger, 10, null).total()).isZero();

        DESK.facade.stop(buyer, "buyer:test", first.id());
        DESK.sweep();
        DESK.sweep();
        assertThat(DESK.facade.get(stranger, second.id()).nodes())
                .extracting(TaskNode::address)
                .containsExactlyInAnyOrder(id(one), id(two));
    }

    @Test
    void a_node_without_a_free_slot_is_no_member() {
        Machine full = DESK.host();
        for (int i = 0; i < 4; i++) {
            DESK.create(buyer, "{'name':'a','image':'a','price':'0','replicas':1}");
        }
        DESK.host();
        TaskView task = create(PAIR);
        assertThat(look(task).reason()).contains("NO_FREE_SLOT=1");
        assertThat(groups()).isEmpty();
        assertThat(full.node()).isNotNull();
    }

    @Test
    void a_lost_node_ends_its_group_as_a_whole_and_another_is_formed() {
        Machine lost = DESK.host();
        Machine left = DESK.host();
        TaskView task = create(PAIR + ",'replicas':1");
        UUID before = groups().getFirst().id();
        for (TaskNode node : nodes(task)) {
            DESK.scene.lease(node.job(), node.address().equals(id(lost)) ? lost : left);
            DESK.report(node.job(), ContainerState.RUNNING, null);
        }
        Machine spare = DESK.host();
        DESK.away(lost);
        DESK.sweep();
        assertThat(groups())
                .as("while the lease lasts its container may still run")
                .extracting(GroupView::id)
                .containsExactly(before);

        UUID job = nodes(task).stream()
                .filter(node -> node.address().equals(id(lost)))
                .findFirst()
                .orElseThrow()
                .job();
        UUID survivor = nodes(task).stream()
                .filter(node -> node.address().equals(id(left)))
                .findFirst()
                .orElseThrow()
                .job();
        DESK.loseLease(job);
        DESK.sweep();
        assertThat(DESK.scene.text("select state from job where id = ?", survivor))
                .isEqualTo("CANCELED");
        DESK.sweep();
        assertThat(groups()).singleElement().satisfies(group -> {
            assertThat(group.id()).isNotEqualTo(before);
            assertThat(group.nodes()).containsExactlyInAnyOrder(id(left), id(spare));
        });
        assertThat(nodes(task)).hasSize(2);
        assertThat(look(task).state()).isEqualTo(TaskState.PENDING);
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("4.000000");
    }

    @Test
    void a_node_that_does_not_begin_ends_its_group_and_is_taken_last() {
        Machine idle = DESK.host();
        Machine busy = DESK.host();
        TaskView task = create(PAIR);
        TaskNode working = nodes(task).stream()
                .filter(node -> node.address().equals(id(busy)))
                .findFirst()
                .orElseThrow();
        DESK.scene.lease(working.job(), busy);
        DESK.sweep();
        UUID before = groups().getFirst().id();
        DESK.scene.rows.update("update node_group set placed_at = now() - interval '11 min' where id = ?", before);
        Machine spare = DESK.host();
        DESK.sweep();
        DESK.sweep();
        assertThat(groups())
                .singleElement()
                .satisfies(group -> assertThat(group.nodes()).containsExactlyInAnyOrder(id(busy), id(spare)));
        assertThat(DESK.scene.column(
                        "select node_id::text from node_group_member where lapsed and group_id = ?", before))
                .containsExactly(id(idle));
    }

    @Test
    void a_banned_node_ends_its_group_at_once_and_is_in_none_from_then_on() {
        Machine banned = DESK.host();
        Machine left = DESK.host();
        TaskView task = create(PAIR);
        UUID before = groups().getFirst().id();
        for (TaskNode node : nodes(task)) {
            DESK.scene.lease(node.job(), node.address().equals(id(banned)) ? banned : left);
            DESK.report(node.job(), ContainerState.RUNNING, null);
        }
        DESK.scene.rows.update("update node set ban = 'it cheats' where id = ?", banned.node());
        DESK.sweep();
        DESK.sweep();
        assertThat(groups()).isEmpty();
        assertThat(newsOf(task))
                .last()
                .satisfies(news -> assertThat(news.reason()).isEqualTo("a node of it was banned"));
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        Machine spare = DESK.host();
        DESK.sweep();
        assertThat(groups()).singleElement().satisfies(group -> {
            assertThat(group.id()).isNotEqualTo(before);
            assertThat(group.nodes()).containsExactlyInAnyOrder(id(left), id(spare));
        });
    }

    @Test
    void a_group_that_the_budget_does_not_cover_takes_nothing_and_keeps_no_node() {
        DESK.host();
        DESK.host();
        TaskView task = DESK.create(buyer, "{'name':'a','image':'a','price':'40'," + PAIR + "}");
        assertThat(nodes(task)).hasSize(2);
        UUID poor = DESK.scene.buyer("3");
        assertThatThrownBy(() -> DESK.create(poor, "{'name':'a','image':'a','price':'2'," + PAIR + "}"))
                .hasMessageContaining("does not cover");

        DESK.host();
        DESK.host();
        DESK.host();
        TaskView dear = DESK.create(buyer, "{'name':'b','image':'a','price':'10'," + SOME + "}");
        settle();
        assertThat(look(dear).reason()).contains("INSUFFICIENT_FUNDS");
        assertThat(groups()).hasSize(1);
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("80.000000");
    }

    @Test
    void the_nodes_of_a_group_that_was_forming_are_free_when_its_task_is_not_to_run() {
        DESK.host();
        TaskView task = create(SOME);
        assertThat(groups()).hasSize(1);
        DESK.facade.pause(buyer, task.id());
        DESK.sweep();
        assertThat(groups()).isEmpty();
        DESK.facade.resume(buyer, task.id());
        DESK.sweep();
        assertThat(groups()).hasSize(1);
    }

    @Test
    void its_buyer_dissolves_a_group_and_nobody_else() {
        DESK.host();
        DESK.host();
        TaskView task = create(PAIR);
        UUID group = groups().getFirst().id();
        UUID stranger = DESK.scene.buyer("1");
        assertThatThrownBy(() -> DESK.groups.dissolve(stranger, group)).hasMessageContaining("no such group");
        assertThatThrownBy(() -> DESK.groups.members(stranger, group)).hasMessageContaining("no such group");
        assertThat(DESK.groups.regroup(stranger, "pair")).isZero();
        assertThat(DESK.groups.members(buyer, group))
                .extracting(member -> member.node().toString())
                .containsExactlyElementsOf(groups().getFirst().nodes());

        DESK.groups.dissolve(buyer, group);
        assertThat(groups()).isEmpty();
        assertThat(nodes(task)).isEmpty();
        assertThat(DESK.scene.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        assertThatThrownBy(() -> DESK.groups.dissolve(buyer, group)).hasMessageContaining("no such group");
        assertThat(DESK.scene.text("select place_at > now() from task where id = ?", task.id()))
                .as("the old containers are stopped before new ones are placed")
                .isEqualTo("t");
        DESK.sweep();
        assertThat(groups()).hasSize(1);
        assertThat(DESK.groups.regroup(buyer, "pair")).isEqualTo(1);
        assertThatThrownBy(() -> DESK.groups.regroup(buyer, "nonsense")).isInstanceOf(CoordinatorException.class);
    }

    @Test
    void a_container_left_behind_by_a_server_that_died_is_ended() {
        DESK.host();
        DESK.host();
        TaskView task = create(PAIR);
        UUID job = nodes(task).getFirst().job();
        DESK.scene.rows.update("update task_node set moved = true where job_id = ?", job);
        DESK.sweep();
        assertThat(DESK.scene.text("select state from job where id = ?", job)).isEqualTo("CANCELED");
    }

    @Test
    void a_topology_has_requirements_of_its_own_and_a_task_may_say_its_own_sizes() {
        DESK.host();
        DESK.host();
        TaskView big = create(GROUPS.formatted("big"));
        settle();
        assertThat(nodes(big)).isEmpty();
        TaskView own = create(
                "'scheduling_config':{'plugins':{'node_groups':{'min_group_size':['2'],'max_group_size':['2']}}}");
        assertThat(nodes(own)).hasSize(2);
        assertThat(DESK.groups.configurations(buyer))
                .filteredOn(one -> Boolean.TRUE.equals(one.enabled()))
                .extracting(GroupConfiguration::name)
                .containsExactly("big");
    }

    @Test
    void a_topology_that_is_not_there_and_an_address_in_a_path_are_refused() {
        assertThatThrownBy(() -> create(GROUPS.formatted("nonsense")))
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.facts())
                                .containsKey("/scheduling_config/plugins/node_groups/allowed_topologies"));
        assertThatThrownBy(() ->
                        create(PAIR + ",'volume_mounts':[{'host_path':'/${NEXT_P2P_ADDRESS}','container_path':'/x'}]"))
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.facts()).containsKey("/volume_mounts"));
    }
}
