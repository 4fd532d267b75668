package io.pithead.coordinator.dispute;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Pages;
import io.pithead.coordinator.dispute.DisputeStore.Disputable;
import io.pithead.coordinator.dispute.core.DisputePolicy;
import io.pithead.coordinator.dispute.core.DisputePolicy.Claim;
import io.pithead.coordinator.dispute.core.DisputePolicy.Kind;
import io.pithead.coordinator.dispute.core.DisputePolicy.Refusal;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.verify.Retrials;
import io.pithead.coordinator.verify.Retrials.Retrial;
import io.pithead.coordinator.verify.core.Quorum;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.DisputeRow;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.DisputeRequest;
import io.pithead.protocol.job.DisputeView;
import io.pithead.protocol.money.Money;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a buyer does about a result that it holds for wrong. Another account's job is not found, whatever is asked of it. */
@ApplicationScoped
public class DisputeFacade {
    private static final Logger LOG = System.getLogger(DisputeFacade.class.getName());
    /** Of the entry that sets the deposit aside, as of what a verification holds. */
    private static final int HELD_SLICE = 1;

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    DisputeConfig config;

    /** Stores an answer in the transaction that makes it true: for requests with an Idempotency-Key. */
    @FunctionalInterface
    public interface Answer {
        void store(Connection connection, DisputeView dispute) throws SQLException;
    }

    /** Holds what the job paid, sets the deposit aside and has the job judged anew: all of it or nothing. */
    public DisputeView open(UUID account, UUID job, DisputeRequest request, Answer answer) {
        ledger.open(List.of(account));
        DisputeView opened = database.inTransaction(connection -> {
            DisputeView view = open(connection, account, job, request.reason());
            answer.store(connection, view);
            return view;
        });
        LOG.log(Level.INFO, () -> "dispute.opened job=" + job + " dispute=" + opened.id());
        return opened;
    }

    private DisputeView open(Connection connection, UUID account, UUID job, String reason) throws SQLException {
        Disputable found =
                DisputeStore.lock(connection, account, job).orElseThrow(() -> notFound("There is no such job."));
        List<UUID> family = Retrials.family(connection, job);
        var claim = new Claim(
                kind(found),
                found.state(),
                DisputeStore.isDisputed(connection, job),
                DisputeStore.hasPaid(connection, family));
        DisputePolicy.refusal(claim).ifPresent(refusal -> {
            throw refused(refusal, found);
        });
        Instant maturesAt = ledger.hold(connection, family, Instant.now())
                .orElseThrow(() -> refused(DisputePolicy.TOO_LATE, found));
        Quorum.Policy policy = Retrials.policy(connection, job);
        BigInteger deposit = found.price().multiply(BigInteger.valueOf(policy.max()));
        requireFunds(connection, account, deposit);
        UUID id = Ids.next(found.now());
        Instant deadline = found.now().plus(config.window());
        Retrials.open(connection, new Retrial(id, account, job, policy, deposit, deadline));
        DisputeStore.insert(connection, id, job, account, reason, deposit, maturesAt, deadline);
        ledger.post(connection, List.of(Posting.reserve(account, deposit, id, HELD_SLICE)), found.now());
        return DisputeStore.view(connection, account, job).orElseThrow();
    }

    private static CoordinatorException refused(Refusal refusal, Disputable job) {
        return new CoordinatorException(refusal.code(), refusal.message(), Map.of("state", job.state()));
    }

    private Kind kind(Disputable job) {
        return switch (job.kind()) {
            case "CONTAINER" -> Kind.CONTAINER;
            case "REPLICA" -> Kind.REPLICA;
            default -> {
                if ("HASH".equals(job.verification())) {
                    yield Kind.EXPECTED;
                }
                // outputs that are compared by their figures are seldom the same bytes, by which a dispute goes
                yield config.never().contains(job.workload()) || !Retrials.isExact(job.workload())
                        ? Kind.NEVER_THE_SAME
                        : Kind.JUDGEABLE;
            }
        };
    }

    private void requireFunds(Connection connection, UUID account, BigInteger deposit) throws SQLException {
        BigInteger funds = ledger.lockAvailable(connection, List.of(account)).getOrDefault(account, BigInteger.ZERO);
        if (deposit.compareTo(funds) > 0) {
            throw new CoordinatorException(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    "The wallet does not cover the deposit; what replicas do not earn of it comes back.",
                    Map.of("price", Money.format(deposit), "available", Money.format(funds)));
        }
    }

    /** Only the buyer and who was paid find it. */
    public DisputeView get(UUID account, UUID job) {
        return database.withConnection(connection -> DisputeStore.view(connection, account, job))
                .orElseThrow(() -> notFound("There is no dispute about such a job."));
    }

    /** For the operator: of all accounts, newest first. */
    public Page<DisputeRow> list(DisputeView.@Nullable State state, int limit, @Nullable UUID before) {
        return Pages.of(
                database.withConnection(connection -> DisputeStore.list(connection, state, before, limit + 1)),
                limit,
                DisputeRow::id);
    }

    /** For the operator: with what replicas answered, without what the buyer says. */
    public DisputeView find(UUID dispute) {
        return database.withConnection(connection -> DisputeStore.view(connection, dispute))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such dispute."));
    }

    private static CoordinatorException notFound(String message) {
        return new CoordinatorException(ErrorCode.JOB_NOT_FOUND, message);
    }
}
