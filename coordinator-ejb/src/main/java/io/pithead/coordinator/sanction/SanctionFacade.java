package io.pithead.coordinator.sanction;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.sanction.SanctionRow.Act;
import io.pithead.protocol.Page;
import io.pithead.protocol.chain.Sanction;
import io.pithead.protocol.chain.Sanction.State;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sanctions as everybody may see them, and what an operator may do about one. */
@ApplicationScoped
public class SanctionFacade {
    @Inject
    Database database;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    @Inject
    SanctionConfig config;

    @Inject
    Audit audit;

    /** Newest first. */
    public Page<Sanction> list(
            @Nullable State state,
            @Nullable Address node,
            @Nullable Address provider,
            @Nullable UUID before,
            int limit) {
        List<Sanction> found = database
                .withConnection(connection -> SanctionStore.list(
                        connection,
                        state,
                        node == null ? null : node.text(),
                        provider == null ? null : provider.text(),
                        before,
                        limit + 1))
                .stream()
                .map(SanctionRow::view)
                .toList();
        boolean more = found.size() > limit;
        List<Sanction> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().id().toString() : null);
    }

    /** The stake goes back, unless it is on its way already. The node stays ejected: reinstating it is a step of its own. */
    public Sanction withdraw(Caller by, UUID id, @Nullable String reason) {
        String why = reason == null || reason.isBlank() ? "withdrawn" : reason;
        return change(id, (connection, row, now) -> {
            if (row.state() != State.PROPOSED && row.state() != State.APPEALED) {
                throw conflict("Only a slash that is proposed or appealed against can be withdrawn.", row);
            }
            if (isUnderway(connection, row, Act.EXECUTE) || isUnderway(connection, row, Act.LAPSE)) {
                throw conflict("It is being carried out, or given back.", row);
            }
            if (row.withdrawal() != null) {
                throw conflict("It is being withdrawn; where that failed, it can be tried again.", row);
            }
            SanctionStore.withdraw(connection, id, why, now);
            audit.record(connection, by, "sanction.withdraw", id.toString(), Map.of("reason", why), now);
        });
    }

    private boolean isUnderway(Connection connection, SanctionRow row, Act act) throws SQLException {
        return gateway.find(connection, row.chain(), row.purpose(act))
                .filter(asked -> !isFailed(asked))
                .isPresent();
    }

    private static boolean isFailed(ChainGateway.Asked asked) {
        return asked.state().isOver() && asked.state() != ChainGateway.State.DONE;
    }

    /** Whatever of it was refused is tried again. */
    public Sanction retry(Caller by, UUID id) {
        if (!config.isEnabled()) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "Sanctions are off.", Map.of(SanctionConfig.ENABLED, false));
        }
        return change(id, (connection, row, now) -> {
            boolean refused = row.refusal() != null || row.ejectionRefusal() != null;
            if (!refused) {
                throw conflict("Nothing of it was refused.", row);
            }
            for (Act act : Act.values()) {
                Optional<ChainGateway.Asked> asked = gateway.find(connection, row.chain(), row.purpose(act));
                if (asked.isPresent() && isFailed(asked.get())) {
                    ChainGateway.retry(connection, row.chain(), asked.get().id());
                }
            }
            SanctionStore.again(connection, id, by.accountId().toString(), now);
            audit.record(connection, by, "sanction.retry", id.toString(), Map.of(), now);
        });
    }

    /** A change of a row that is locked. */
    @FunctionalInterface
    private interface ChangeOf {
        void make(Connection connection, SanctionRow row, Instant now) throws SQLException;
    }

    private Sanction change(UUID id, ChangeOf change) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        SanctionRow changed = database.inTransaction(connection -> {
            SanctionRow row = SanctionStore.lock(connection, id)
                    .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such sanction."));
            change.make(connection, row, now);
            return SanctionStore.lock(connection, id).orElse(row);
        });
        outbox.wake();
        return changed.view();
    }

    private static CoordinatorException conflict(String message, SanctionRow row) {
        return new CoordinatorException(
                ErrorCode.CONFLICT_STATE, message, Map.of("state", row.state().name()));
    }
}
