package io.pithead.coordinator.ledger;

import static io.pithead.coordinator.platform.Columns.amount;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.wallet.Deposit;
import io.pithead.protocol.wallet.DepositRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Money that comes in. A buyer says that it paid; the operator, who alone can see that, confirms or refuses, once. Only a
 * demonstration credits at once.
 */
@ApplicationScoped
public class DepositFacade {
    private static final int MAX_PENDING = 100;

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    LedgerConfig config;

    @Inject
    Audit audit;

    /** Stores an answer in the transaction that makes it true. */
    @FunctionalInterface
    public interface Answer {
        void store(Connection connection, Deposit deposit) throws SQLException;
    }

    public Deposit request(UUID account, DepositRequest request, Answer answer) {
        ledger.open(List.of(account));
        return database.inTransaction(connection -> {
            requireRoom(connection, account);
            Instant now = Instant.now();
            UUID id = Ids.next(now);
            BigInteger amount = Money.parse(request.amount());
            try (var insert = connection.prepareStatement(
                    "insert into deposit (id, account_id, amount, reference, state) values (?, ?, ?, ?, 'PENDING')")) {
                new Columns(connection, insert)
                        .set(id)
                        .set(account)
                        .set(new java.math.BigDecimal(amount))
                        .set(request.reference());
                insert.executeUpdate();
            }
            Deposit deposit =
                    config.autoDeposit() ? decide(connection, id, true, "auto-deposit") : find(connection, id);
            answer.store(connection, deposit);
            return deposit;
        });
    }

    /** Confirms or refuses a pending deposit; the money moves in the same transaction, and only once. */
    public Deposit decide(UUID id, boolean confirm, Caller caller) {
        UUID account = database.withConnection(connection -> account(connection, id));
        ledger.open(List.of(account));
        return database.inTransaction(connection -> {
            Deposit deposit = decide(connection, id, confirm, caller.keyHint());
            audit.record(
                    connection,
                    caller,
                    confirm ? "deposit.confirm" : "deposit.refuse",
                    id.toString(),
                    Map.of("account", account, "amount", deposit.amount()),
                    Instant.now());
            return deposit;
        });
    }

    /** Oldest first: whoever waits longest is on the first page. */
    public Page<Deposit> pending(int limit, @Nullable UUID after) {
        return database.withConnection(connection -> {
            var deposits = new ArrayList<Deposit>();
            try (var select = connection.prepareStatement("select * from deposit where state = 'PENDING'"
                    + " and (?::uuid is null or id > ?) order by id limit ?")) {
                new Columns(connection, select).set(after).set(after).set(limit + 1);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        deposits.add(deposit(rows));
                    }
                }
            }
            boolean more = deposits.size() > limit;
            List<Deposit> page = more ? deposits.subList(0, limit) : deposits;
            return new Page<>(page, more ? page.get(limit - 1).id().toString() : null);
        });
    }

    private Deposit decide(Connection connection, UUID id, boolean confirm, String actor) throws SQLException {
        try (var update = connection.prepareStatement("update deposit set state = ?, decided_at = now(), decided_by = ?"
                + " where id = ? and state = 'PENDING' returning *")) {
            update.setString(1, confirm ? "CREDITED" : "REFUSED");
            update.setString(2, actor);
            update.setObject(3, id);
            try (var row = update.executeQuery()) {
                if (!row.next()) {
                    throw new CoordinatorException(
                            ErrorCode.CONFLICT_STATE, "The deposit has already been decided.", Map.of("id", id));
                }
                if (confirm) {
                    ledger.post(
                            connection,
                            List.of(Posting.deposit(uuid(row, "account_id"), amount(row, "amount"))),
                            Instant.now());
                }
                return deposit(row);
            }
        }
    }

    private static Deposit find(Connection connection, UUID id) throws SQLException {
        try (var select = connection.prepareStatement("select * from deposit where id = ?")) {
            select.setObject(1, id);
            try (var row = select.executeQuery()) {
                row.next();
                return deposit(row);
            }
        }
    }

    private static UUID account(Connection connection, UUID id) throws SQLException {
        try (var select = connection.prepareStatement("select account_id from deposit where id = ?")) {
            select.setObject(1, id);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such deposit.");
                }
                return uuid(row, "account_id");
            }
        }
    }

    private static void requireRoom(Connection connection, UUID account) throws SQLException {
        try (var select = connection.prepareStatement(
                "select count(*) as n from deposit where account_id = ? and state = 'PENDING'")) {
            select.setObject(1, account);
            try (var row = select.executeQuery()) {
                row.next();
                if (row.getInt("n") >= MAX_PENDING) {
                    throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "Too many deposits wait for the operator.",
                            Map.of("max_pending", MAX_PENDING));
                }
            }
        }
    }

    private static Deposit deposit(ResultSet row) throws SQLException {
        return new Deposit(
                uuid(row, "id"),
                Money.format(amount(row, "amount")),
                row.getString("state"),
                row.getString("reference"),
                requiredInstant(row, "created_at"));
    }
}
