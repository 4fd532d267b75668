package io.pithead.coordinator.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.meter.MeterDesk;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskNode;
import io.pithead.protocol.task.TaskState;
import io.pithead.protocol.task.TaskView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A slice is a minute; these containers cost 0.6 tokens for one. */
class MeteredTaskIT {
    private static final TaskDesk DESK = new TaskDesk();
    private static final String CPU = "'resources':{'cpus':1},'metered':{'cpu_second':'0.01'%s}";

    @BeforeEach
    void nobody_is_there() {
        DESK.scene.rows.update("update node_liveness set last_seen_at = now() - interval '1 day'");
    }

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(DESK.scene);
        DESK.scene.rows.update("update task set wanted = 'STOP' where finished_at is null");
        DESK.sweep();
        slice();
        assertThat(DESK.scene.text("select count(*) from meter where closed_at is null"))
                .isEqualTo("0");
        Histories.assertSound(DESK.scene);
    }

    private static TaskView create(UUID buyer, String metered) {
        return DESK.create(buyer, "{'name':'a','image':'a','replicas':1," + metered + "}");
    }

    private static TaskView create(UUID buyer) {
        return create(buyer, CPU.formatted(""));
    }

    private static UUID job(UUID buyer, TaskView task) {
        List<TaskNode> nodes =
                Objects.requireNonNull(DESK.facade.get(buyer, task.id()).nodes());
        assertThat(nodes).hasSize(1);
        return nodes.getFirst().job();
    }

    private static void seen(UUID job, long lease) {
        DESK.scene.database.doInTransaction(connection -> DESK.link.seen(connection, Map.of(job, lease)));
    }

    private static long run(UUID job, Machine host) {
        long lease = DESK.scene.lease(job, host);
        seen(job, lease);
        DESK.report(job, ContainerState.RUNNING, null);
        return lease;
    }

    /** Nothing of the container is heard for this long, then its holder says that it is still there. */
    private static void later(UUID job, long lease, int seconds) {
        silence(job, seconds);
        seen(job, lease);
    }

    private static void silence(UUID job, int seconds) {
        DESK.scene.rows.update(
                "update meter set seen_at = seen_at - make_interval(secs => ?) where job_id = ?", seconds, job);
    }

    private static void slice() {
        DESK.scene.rows.update("update meter set settle_at = now() - interval '1 s' where closed_at is null");
        DESK.meters.rounds.tick();
    }

    private static String balance(UUID account, Pot pot) {
        return DESK.scene.balance(account, pot);
    }

    @Test
    void two_slices_lie_aside_before_a_container_begins_and_each_is_paid_with_a_receipt() {
        UUID buyer = DESK.scene.buyer("10");
        Machine host = DESK.host();
        TaskView task = create(buyer);
        UUID job = job(buyer, task);
        assertThat(balance(buyer, Pot.RESERVED)).isEqualTo("1.200000");
        long lease = run(job, host);
        later(job, lease, 61);
        slice();
        assertThat(balance(host.provider(), Pot.AVAILABLE)).isEqualTo("0.600000");
        assertThat(balance(buyer, Pot.RESERVED)).isEqualTo("1.200000");
        assertThat(balance(buyer, Pot.AVAILABLE)).isEqualTo("8.200000");
        later(job, lease, 61);
        slice();
        assertThat(DESK.scene.column(
                        "select slice || ' ' || (body ->> 'price') || ' ' || (body ->> 'units') from receipt"
                                + " where job_id = ? order by slice",
                        job))
                .containsExactly("1 0.600000 60.000", "2 0.600000 60.000");
        assertThat(DESK.facade.get(buyer, task.id()).spent()).isEqualTo("1.200000");
        assertThat(DESK.facade.get(buyer, task.id()).warning()).isNull();
    }

    @Test
    void time_that_nobody_was_seen_in_is_not_paid() {
        UUID buyer = DESK.scene.buyer("10");
        Machine host = DESK.host();
        UUID job = job(buyer, create(buyer));
        long lease = run(job, host);
        silence(job, 600);
        slice();
        assertThat(balance(host.provider(), Pot.AVAILABLE)).as("no sign since").isEqualTo("0.000000");
        seen(job, lease);
        slice();
        assertThat(balance(host.provider(), Pot.AVAILABLE))
                .as("a silence counts for one slice at most")
                .isEqualTo("0.600000");
        later(job, lease + 1, 600);
        later(job, lease + 1, 600);
        slice();
        assertThat(balance(host.provider(), Pot.AVAILABLE))
                .as("under another lease nothing has run yet")
                .isEqualTo("0.600000");
    }

    @Test
    void a_container_that_pulls_costs_nothing_and_a_paused_one_what_it_holds() {
        UUID buyer = DESK.scene.buyer("10");
        Machine host = DESK.host();
        UUID job = job(
                buyer,
                create(
                        buyer,
                        "'resources':{'cpus':1,'ram_mb':1000},'metered':{'cpu_second':'0.01','ram_gb_hour':'6'}"));
        long lease = DESK.scene.lease(job, host);
        seen(job, lease);
        DESK.report(job, ContainerState.PULLING, null);
        later(job, lease, 61);
        slice();
        assertThat(balance(host.provider(), Pot.AVAILABLE)).isEqualTo("0.000000");
        DESK.report(job, ContainerState.PAUSED, null);
        later(job, lease, 61);
        slice();
        assertThat(balance(host.provider(), Pot.AVAILABLE)).isEqualTo("0.100000");
        DESK.report(job, ContainerState.RUNNING, null);
        later(job, lease, 61);
        slice();
        assertThat(balance(host.provider(), Pot.AVAILABLE)).isEqualTo("0.800000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"2|''", "100|,`budget`:`2`"})
    void money_that_runs_out_is_warned_of_and_ends_the_container_without_debt(String wallet, String budget) {
        UUID buyer = DESK.scene.buyer(wallet);
        Machine host = DESK.host();
        TaskView task = create(buyer, CPU.formatted(budget.replace('`', '\'')));
        UUID job = job(buyer, task);
        long lease = run(job, host);
        later(job, lease, 61);
        slice();
        assertThat(DESK.facade.get(buyer, task.id()).warning()).isNull();
        later(job, lease, 61);
        slice();
        assertThat(DESK.facade.get(buyer, task.id()).warning()).contains("less than two slices");
        assertThat(DESK.scene.text("select state from job where id = ?", job)).isEqualTo("LEASED");
        later(job, lease, 61);
        slice();
        assertThat(DESK.scene.text("select state || ' ' || error_message from job where id = ?", job))
                .startsWith("CANCELED")
                .contains("has run out");
        DESK.sweep();
        slice();
        assertThat(DESK.facade.get(buyer, task.id()).state()).isEqualTo(TaskState.STOPPED);
        assertThat(balance(host.provider(), Pot.AVAILABLE)).isEqualTo("1.800000");
        assertThat(balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        assertThat(DESK.scene.text("select committed from task where id = ?", task.id()))
                .isEqualTo("1800000");
    }

    @Test
    void a_deposit_ends_the_warning() {
        UUID buyer = DESK.scene.buyer("1.3");
        Machine host = DESK.host();
        TaskView task = create(buyer);
        UUID job = job(buyer, task);
        long lease = run(job, host);
        later(job, lease, 61);
        slice();
        assertThat(DESK.facade.get(buyer, task.id()).warning()).isNotNull();
        DESK.scene.database.doInTransaction(connection ->
                DESK.scene.ledger.post(connection, List.of(Posting.deposit(buyer, Money.parse("5"))), Instant.now()));
        slice();
        assertThat(DESK.facade.get(buyer, task.id()).warning()).isNull();
    }

    @Test
    void a_lost_node_is_paid_for_what_was_seen_and_the_rest_is_given_back() {
        UUID buyer = DESK.scene.buyer("10");
        Machine host = DESK.host();
        TaskView task = create(buyer);
        UUID job = job(buyer, task);
        long lease = run(job, host);
        later(job, lease, 61);
        silence(job, 900);
        DESK.away(host);
        DESK.loseLease(job);
        DESK.sweep();
        assertThat(DESK.scene.text("select state from job where id = ?", job)).isEqualTo("CANCELED");
        DESK.meters.rounds.tick();
        assertThat(balance(host.provider(), Pot.AVAILABLE)).isEqualTo("0.600000");
        assertThat(balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        assertThat(balance(buyer, Pot.AVAILABLE)).isEqualTo("9.400000");
    }

    @Test
    void what_does_not_cover_two_slices_is_not_begun() {
        DESK.host();
        UUID poor = DESK.scene.buyer("1.1");
        assertThatThrownBy(() -> create(poor)).hasMessageContaining("does not cover");
        UUID buyer = DESK.scene.buyer("2");
        DESK.host();
        TaskView task = DESK.create(buyer, "{'name':'a','image':'a'," + CPU.formatted("") + "}");
        assertThat(task.nodes()).isEmpty();
        assertThat(task.reason()).contains("INSUFFICIENT_FUNDS");
        assertThat(balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        TaskView capped =
                DESK.create(DESK.scene.buyer("100"), "{'name':'a','image':'a'," + CPU.formatted(",'budget':'2'") + "}");
        assertThat(capped.reason()).contains("INSUFFICIENT_FUNDS");
    }

    @Test
    void tasks_that_spend_at_once_overrun_neither_wallet_nor_budget() throws Exception {
        UUID buyer = DESK.scene.buyer("9");
        var jobs = new ArrayList<UUID>();
        var leases = new ArrayList<Long>();
        for (int i = 0; i < 5; i++) {
            Machine host = DESK.host();
            UUID job = job(buyer, create(buyer, CPU.formatted(",'budget':'" + (2 + i) + "'")));
            jobs.add(job);
            leases.add(run(job, host));
            DESK.away(host);
        }
        List<MeterDesk> instances = List.of(new MeterDesk(DESK.scene), new MeterDesk(DESK.scene), DESK.meters);
        try (var threads = Executors.newFixedThreadPool(instances.size())) {
            for (int round = 0; round < 6; round++) {
                for (int i = 0; i < jobs.size(); i++) {
                    later(jobs.get(i), leases.get(i), 61);
                }
                DESK.scene.rows.update("update meter set settle_at = now() - interval '1 s' where closed_at is null");
                List<Callable<Boolean>> ticks = instances.stream()
                        .map(instance -> (Callable<Boolean>) () -> {
                            instance.rounds.tick();
                            return true;
                        })
                        .toList();
                for (var done : threads.invokeAll(ticks)) {
                    done.get();
                }
                Histories.assertSound(DESK.scene);
            }
        }
        assertThat(DESK.scene.text("select count(*) from job where account_id = ? and state = 'CANCELED'", buyer))
                .as("all were ended, for nine tokens are fifteen slices")
                .isEqualTo("5");
    }

    @Test
    void a_group_is_metered_as_a_whole_or_not_begun() {
        UUID buyer = DESK.scene.buyer("2.3");
        DESK.host();
        DESK.host();
        String pair =
                ",'scheduling_config':{'plugins':{'node_groups':{'min_group_size':['1'],'max_group_size':['2']}}}";
        TaskView task = create(buyer, CPU.formatted("") + pair);
        assertThat(task.nodes()).isEmpty();
        assertThat(task.reason()).contains("INSUFFICIENT_FUNDS");
        assertThat(DESK.groups.list(buyer, 10, null).total()).isZero();
        assertThat(balance(buyer, Pot.AVAILABLE)).isEqualTo("2.300000");
    }

    @Test
    void a_nodes_ask_is_compared_with_the_price_of_an_hour() {
        UUID buyer = DESK.scene.buyer("10");
        Machine dear = DESK.host();
        DESK.scene.rows.update(
                "update node set updated_at = now(), capabilities = (capabilities::jsonb || '{\"price\":\"36.1\"}')::json"
                        + " where id = ?",
                dear.node());
        TaskView task = create(buyer);
        assertThat(task.reason()).contains("ASK_ABOVE_OFFER=1");
        Machine fair = DESK.host();
        DESK.scene.rows.update(
                "update node set updated_at = now(), capabilities = (capabilities::jsonb || '{\"price\":\"36\"}')::json"
                        + " where id = ?",
                fair.node());
        DESK.sweep();
        assertThat(Objects.requireNonNull(DESK.facade.get(buyer, task.id()).nodes()))
                .extracting(TaskNode::address)
                .containsExactly(fair.node().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "`metered`:{`cpu_second`:`0.01`}|/metered/cpu_second",
                "`resources`:{`gpus`:0},`metered`:{`gpu_second`:`0.01`}|/metered/gpu_second",
                "`resources`:{`cpus`:1},`metered`:{`ram_gb_hour`:`0.01`}|/metered/ram_gb_hour",
                "`resources`:{`ram_mb`:6},`metered`:{`ram_gb_hour`:`0.000001`}|/metered",
                "`resources`:{`cpus`:1},`metered`:{`cpu_second`:`999999999999999999999999999999`}|/metered",
                "`resources`:{`cpus`:1},`metered`:{`cpu_second`:`0.01`,`budget`:`1.1`}|/metered/budget",
            })
    void a_price_that_cannot_be_is_refused_by_name(String metered, String pointer) {
        UUID buyer = DESK.scene.buyer("10");
        assertThatThrownBy(() -> create(buyer, metered.replace('`', '\'')))
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.facts()).containsKey(pointer));
    }
}
