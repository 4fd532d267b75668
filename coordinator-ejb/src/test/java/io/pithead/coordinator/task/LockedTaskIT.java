package io.pithead.coordinator.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.ledger.Withdrawal;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slice is a minute and costs 0.6 tokens; what it pays is locked for a day. */
@Timeout(60)
class LockedTaskIT {
    private static final TaskDesk DESK = new TaskDesk(Duration.ofDays(1));

    private static void slice(UUID job, long lease) {
        DESK.scene.rows.update("update meter set seen_at = seen_at - interval '61 s' where job_id = ?", job);
        seen(job, lease);
        DESK.scene.rows.update("update meter set settle_at = now() - interval '1 s' where closed_at is null");
        DESK.meters.rounds.tick();
    }

    private static void seen(UUID job, long lease) {
        DESK.scene.database.doInTransaction(connection -> DESK.link.seen(connection, Map.of(job, lease)));
    }

    private static long committed(TaskView task) {
        return DESK.scene.rows.number("select committed from task where id = ?", task.id());
    }

    @Test
    void all_locked_slices_of_a_container_go_back_to_the_buyer_and_its_budget_and_it_goes_on() {
        UUID buyer = DESK.scene.buyer("10");
        Machine host = DESK.host();
        TaskView task = DESK.create(
                buyer,
                "{'name':'a','image':'a','replicas':1,'resources':{'cpus':1},'metered':{'cpu_second':'0.01','budget':'4'}}");
        UUID job = Objects.requireNonNull(DESK.facade.get(buyer, task.id()).nodes())
                .getFirst()
                .job();
        long lease = DESK.scene.lease(job, host);
        seen(job, lease);
        DESK.report(job, ContainerState.RUNNING, null);
        slice(job, lease);
        slice(job, lease);
        assertThat(DESK.scene.balance(host.provider(), Pot.PENDING)).isEqualTo("1.200000");
        assertThat(DESK.scene.balance(host.provider(), Pot.AVAILABLE)).isEqualTo("0.000000");
        assertThat(committed(task)).isEqualTo(2_400_000);

        Map<UUID, Withdrawal> withdrawn = DESK.scene.database.inTransaction(
                connection -> DESK.scene.ledger.withdraw(connection, List.of(job), Instant.now()));

        assertThat(withdrawn).isEqualTo(Map.of(job, new Withdrawal(Money.parse("1.2"), Money.parse("0"))));
        assertThat(DESK.scene.balance(host.provider(), Pot.PENDING)).isEqualTo("0.000000");
        assertThat(DESK.scene.balance(buyer, Pot.AVAILABLE)).isEqualTo("8.800000");
        assertThat(committed(task)).isEqualTo(1_200_000);
        Histories.assertSound(DESK.scene);
        slice(job, lease);
        assertThat(DESK.scene.balance(host.provider(), Pot.PENDING)).isEqualTo("0.600000");
        Histories.assertSound(DESK.scene);
    }
}
