package io.pithead.coordinator.chain;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.chain.ChainView;
import io.pithead.protocol.chain.StuckTransaction;
import io.pithead.protocol.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an operator sees of chains, and may do about them. */
@ApplicationScoped
public class ChainFacade {
    private static final String STATE = """
            select c.*, s.fault,
                   (select count(*) from chain_transaction t
                     where t.chain_id = k.chain_id and t.state in ('ASKED', 'SIGNED', 'MINED')) as pending,
                   (select count(*) from chain_transaction t
                     where t.chain_id = k.chain_id and t.state in ('REVERTED', 'REFUSED', 'LOST')) as stuck
              from (select ?::bigint as chain_id) k
              left join chain c on c.chain_id = k.chain_id
              left join lateral (
                   select fault from chain_sender where chain_id = k.chain_id and fault is not null limit 1) s on true""";
    private static final String STUCK = """
            select t.*, (select a.hash from chain_attempt a where a.transaction_id = t.id order by a.seq desc limit 1) as hash
              from chain_transaction t
             where t.chain_id = ? and t.state in ('REVERTED', 'REFUSED', 'LOST') and (?::uuid is null or t.id > ?)
             order by t.id limit ?""";

    @Inject
    Database database;

    @Inject
    ChainConfig config;

    @Inject
    ChainQueue queue;

    @Inject
    Audit audit;

    /** None where chains are off. */
    public List<ChainView> states() {
        var states = new ArrayList<ChainView>();
        for (ChainSettings chain : config.chains()) {
            states.add(database.withConnection(connection -> state(connection, chain)));
        }
        return states;
    }

    private static ChainView state(Connection connection, ChainSettings chain) throws SQLException {
        try (var select = connection.prepareStatement(STATE)) {
            new Columns(connection, select).set(chain.chainId());
            try (var row = select.executeQuery()) {
                row.next();
                Long next = Columns.nullableLong(row, "next_block");
                Long head = Columns.nullableLong(row, "head");
                return new ChainView(
                        chain.chainId(),
                        chain.name(),
                        head,
                        Columns.nullableLong(row, "finalised"),
                        next,
                        head == null || next == null ? 0 : Math.max(0, head + 1 - next),
                        Columns.instant(row, "seen_at"),
                        row.getLong("pending"),
                        row.getLong("stuck"),
                        row.getString("halted"),
                        row.getString("fault"));
            }
        }
    }

    public Page<StuckTransaction> stuck(long chainId, @Nullable UUID after, int limit) {
        require(chainId);
        List<StuckTransaction> found = database.withConnection(connection -> {
            try (var select = connection.prepareStatement(STUCK)) {
                new Columns(connection, select)
                        .set(chainId)
                        .set(after)
                        .set(after)
                        .set(limit + 1);
                var stuck = new ArrayList<StuckTransaction>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        stuck.add(stuck(row));
                    }
                }
                return stuck;
            }
        });
        return found.size() > limit
                ? new Page<>(found.subList(0, limit), found.get(limit - 1).id().toString())
                : new Page<>(found, null);
    }

    private static StuckTransaction stuck(ResultSet row) throws SQLException {
        return new StuckTransaction(
                Columns.uuid(row, "id"),
                row.getString("purpose"),
                row.getString("state"),
                row.getString("sender"),
                row.getString("target"),
                Columns.nullableLong(row, "nonce"),
                row.getString("hash"),
                row.getString("error_code"),
                row.getString("error"),
                Columns.requiredInstant(row, "created_at"),
                Columns.requiredInstant(row, "changed_at"));
    }

    public void retry(Caller by, long chainId, UUID id) {
        require(chainId);
        database.doInTransaction(connection -> {
            if (!ChainGateway.retry(connection, chainId, id)) {
                throw new CoordinatorException(ErrorCode.NOT_FOUND, "No such transaction of this chain is stuck.");
            }
            audit.record(connection, by, "chain.retry", id.toString(), Map.of("chain_id", chainId), Instant.now());
        });
        queue.look();
    }

    /** Everything is read again from the first block: what was undone by hand, or was final and is not any more. */
    public void reindex(Caller by, long chainId) {
        require(chainId);
        database.doInTransaction(connection -> {
            if (!new IndexStore(chainId).reindex(connection)) {
                throw notFound();
            }
            audit.record(connection, by, "chain.reindex", Long.toString(chainId), Map.of(), Instant.now());
        });
    }

    private void require(long chainId) {
        if (config.chains().stream().noneMatch(chain -> chain.chainId() == chainId)) {
            throw notFound();
        }
    }

    private static CoordinatorException notFound() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such chain here.");
    }
}
