package io.pithead.coordinator.meter;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.meter.core.MeterPolicy;
import io.pithead.coordinator.meter.core.Rate;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.task.ContainerState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Opens and reads meters, each call in the transaction of its caller. */
@ApplicationScoped
public class MeterFacade {
    @Inject
    Ledger ledger;

    @Inject
    MeterConfig config;

    /** What must be there for one container before it begins. */
    public BigInteger ahead(Rate rate) {
        return MeterPolicy.ahead(rate, config.slice());
    }

    /**
     * Sets the first slices of these containers aside, within the wallet and the task's budget, or refuses.
     *
     * @param nodes of the jobs, in their order
     */
    public void open(Connection connection, UUID task, UUID account, Rate rate, List<UUID> nodes, List<UUID> jobs)
            throws SQLException {
        BigInteger each = ahead(rate);
        BigInteger cost = each.multiply(BigInteger.valueOf(jobs.size()));
        BigInteger available =
                ledger.lockAvailable(connection, List.of(account)).getOrDefault(account, BigInteger.ZERO);
        if (cost.compareTo(available) > 0) {
            throw refused("The wallet does not cover the first slices; deposit more.", cost, available);
        }
        BigInteger left = MeterStore.budgets(connection, List.of(task)).getOrDefault(task, available);
        if (cost.compareTo(left) > 0) {
            throw refused("The task's budget does not cover the first slices.", cost, left);
        }
        MeterStore.commit(connection, Map.of(task, cost));
        MeterStore.insert(connection, task, account, rate, each, nodes, jobs, config.slice());
        ledger.post(
                connection,
                jobs.stream().map(job -> Posting.reserve(account, each, job)).toList(),
                Instant.now());
    }

    private static CoordinatorException refused(String message, BigInteger cost, BigInteger available) {
        return new CoordinatorException(
                ErrorCode.INSUFFICIENT_FUNDS,
                message,
                Map.of("price", Money.format(cost), "available", Money.format(available)));
    }

    /** The holders of these jobs' leases gave signs of life: the time since the ones before counts. */
    public void seen(Connection connection, Map<UUID, Long> leases) throws SQLException {
        if (!leases.isEmpty()) {
            MeterStore.seen(connection, leases, config.slice());
        }
    }

    /** What the containers of these jobs do from now on. Call {@link #seen} first. */
    public void states(Connection connection, Map<UUID, ContainerState> states) throws SQLException {
        if (!states.isEmpty()) {
            MeterStore.states(connection, states);
        }
    }

    /** These jobs have ended or gone back to the queue: their meters are due at the next look. */
    public void due(Connection connection, Collection<UUID> jobs) throws SQLException {
        MeterStore.due(connection, jobs);
    }
}
