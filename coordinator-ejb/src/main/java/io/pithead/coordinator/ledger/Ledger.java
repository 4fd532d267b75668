package io.pithead.coordinator.ledger;

import static io.pithead.coordinator.platform.Columns.amount;
import static io.pithead.coordinator.platform.Columns.uuid;

import io.pithead.coordinator.ledger.core.LockPolicy;
import io.pithead.coordinator.ledger.core.LockPolicy.Locked;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.id.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Enters movements of money inside the caller's transaction. */
@ApplicationScoped
public class Ledger {
    /** Pot ids never change, so they are kept; past this many accounts the cache starts again. */
    private static final int MAX_CACHED = 200_000;

    private static final Pot[] OWNED = {Pot.AVAILABLE, Pot.RESERVED, Pot.PENDING};

    @Inject
    Database database;

    @Inject
    LedgerConfig config;

    private final Map<Key, Long> pots = new ConcurrentHashMap<>();

    private record Key(@Nullable UUID account, Pot pot) {}

    /** For the container. */
    public Ledger() {}

    /** For tests. */
    Ledger(Database database, LedgerConfig config) {
        this.database = database;
        this.config = config;
    }

    /** Makes sure that the accounts have their pots; call it before the first transaction that brings them money. */
    public void open(Collection<UUID> accounts) {
        List<UUID> unknown = accounts.stream()
                .filter(account -> !pots.containsKey(new Key(account, Pot.PENDING)))
                .distinct()
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        if (pots.size() > MAX_CACHED) {
            pots.clear();
        }
        database.doInTransaction(connection -> {
            try (var insert = connection.prepareStatement("insert into ledger_account (account_id, pot)"
                    + " select a, p from unnest(?) a cross join unnest(?) p order by 1, 2 on conflict do nothing")) {
                new Columns(connection, insert)
                        .uuids(unknown, account -> account)
                        .texts(List.of(OWNED), Pot::name);
                insert.executeUpdate();
            }
        });
        database.doWithConnection(connection -> load(connection, unknown));
    }

    private void load(Connection connection, Collection<UUID> accounts) throws SQLException {
        try (var select = connection.prepareStatement(
                "select id, account_id, pot from ledger_account where account_id = any(?) or account_id is null")) {
            new Columns(connection, select).uuids(accounts, account -> account);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    UUID account = rows.getObject("account_id", UUID.class);
                    pots.put(new Key(account, Pot.valueOf(rows.getString("pot"))), rows.getLong("id"));
                }
            }
        }
    }

    /** What an account may spend at this moment; nothing keeps it from changing. */
    public static BigInteger available(Connection connection, UUID account) throws SQLException {
        try (var select = connection.prepareStatement(
                "select balance from ledger_account where account_id = ? and pot = 'AVAILABLE'")) {
            select.setObject(1, account);
            try (var rows = select.executeQuery()) {
                return rows.next() ? amount(rows, "balance") : BigInteger.ZERO;
            }
        }
    }

    /** Locks the accounts' pots in id order and tells what is available in each. */
    public Map<UUID, BigInteger> lockAvailable(Connection connection, Collection<UUID> accounts) throws SQLException {
        return lock(connection, accounts, " and pot in ('AVAILABLE', 'RESERVED') order by id");
    }

    /** As {@link #lockAvailable}, with all that paying these accounts moves. */
    public Map<UUID, BigInteger> lockToPay(Connection connection, Collection<UUID> accounts) throws SQLException {
        return config.lock().isZero() ? lockAvailable(connection, accounts) : lockAll(connection, accounts);
    }

    /** As {@link #lockAvailable}, with what is pending: for who must know all that these accounts have. */
    public Map<UUID, BigInteger> lockAll(Connection connection, Collection<UUID> accounts) throws SQLException {
        return lock(connection, accounts, " and pot in ('AVAILABLE', 'RESERVED', 'PENDING') order by id");
    }

    private static Map<UUID, BigInteger> lock(Connection connection, Collection<UUID> accounts, String which)
            throws SQLException {
        var available = new HashMap<UUID, BigInteger>();
        try (var select = connection.prepareStatement("select account_id, pot, balance from ledger_account"
                + " where account_id = any(?)" + which + " for no key update")) {
            new Columns(connection, select).uuids(accounts, account -> account);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString("pot").equals(Pot.AVAILABLE.name())) {
                        available.put(uuid(rows, "account_id"), amount(rows, "balance"));
                    }
                }
            }
        }
        return available;
    }

    /**
     * Locks what is available of the accounts, and the outside world that it is to go to: all in id order, as entries do, so that
     * a payout and a deposit do not wait for each other.
     */
    public Map<UUID, BigInteger> lockForPayout(Connection connection, Collection<UUID> accounts) throws SQLException {
        var available = new HashMap<UUID, BigInteger>();
        try (var select = connection.prepareStatement(
                "select account_id, balance from ledger_account"
                        + " where pot = 'EXTERNAL' or (account_id = any(?) and pot = 'AVAILABLE') order by id for no key update")) {
            new Columns(connection, select).uuids(accounts, account -> account);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    UUID account = rows.getObject("account_id", UUID.class);
                    if (account != null) {
                        available.put(account, amount(rows, "balance"));
                    }
                }
            }
        }
        return available;
    }

    /**
     * Enters all postings in one statement; nothing is moved for an amount of zero. What is pending then is locked by a second one.
     *
     * @return the ids of the entries of those that move something, in their order
     */
    public List<UUID> post(Connection connection, List<Posting> postings, Instant now) throws SQLException {
        boolean atOnce = config.lock().isZero();
        List<Posting> moving = postings.stream()
                .filter(posting -> posting.amount().signum() > 0)
                .map(posting -> atOnce ? posting.atOnce() : posting)
                .toList();
        List<UUID> ids = moving.stream().map(posting -> Ids.next(now)).toList();
        if (moving.isEmpty()) {
            return ids;
        }
        loadUnknown(connection, moving);
        try (var insert = connection.prepareStatement("insert into ledger_entry"
                + " (id, debit, credit, amount, reason, job_id, slice) select * from unnest(?, ?, ?, ?, ?, ?, ?)")) {
            new Columns(connection, insert)
                    .uuids(ids, id -> id)
                    .longs(moving, posting -> pot(posting.from(), posting.fromPot()))
                    .longs(moving, posting -> pot(posting.to(), posting.toPot()))
                    .amounts(moving, Posting::amount)
                    .texts(moving, Posting::reason)
                    .uuids(moving, Posting::job)
                    .ints(moving, Posting::slice);
            insert.executeUpdate();
        }
        List<Posting> pays = moving.stream()
                .filter(posting -> posting.toPot() == Pot.PENDING)
                .toList();
        if (!pays.isEmpty()) {
            LockStore.insert(connection, pays, config.lock());
        }
        return ids;
    }

    /**
     * Makes available what is due, as much of it as the limit, once.
     *
     * @return how much of it
     */
    int mature(Connection connection, int limit, Instant now) throws SQLException {
        List<Locked> due = LockStore.takeDue(connection, limit);
        post(connection, due.stream().map(Posting::unlock).toList(), now);
        return due.size();
    }

    /**
     * Gives back to the buyers what receipts of these jobs paid and is still locked. What has matured stays: it may be spent
     * already. Asking again changes nothing and answers the same. Call it before the transaction enters anything else: it may
     * wait for somebody who needs the same pots.
     *
     * @return by job, of those that have paid something
     */
    public Map<UUID, Withdrawal> withdraw(Connection connection, Collection<UUID> jobs, Instant now)
            throws SQLException {
        List<Locked> back = LockPolicy.withdrawable(LockStore.lock(connection, jobs), now);
        if (!back.isEmpty()) {
            LockStore.delete(connection, back);
            post(connection, back.stream().map(Posting::withdrawn).toList(), now);
            LockStore.giveBackToTasks(connection, back);
        }
        return LockStore.withdrawals(connection, jobs);
    }

    /**
     * Keeps what receipts of these jobs paid from maturing, until it is withdrawn or let go; what has matured stays.
     *
     * @return when the first of it would have matured; empty when nothing is locked
     */
    public Optional<Instant> hold(Connection connection, Collection<UUID> jobs, Instant now) throws SQLException {
        List<Locked> held = LockPolicy.withdrawable(LockStore.lock(connection, jobs), now);
        LockStore.replace(connection, held, LockStore.NEVER);
        return held.stream().map(Locked::maturesAt).min(Comparator.naturalOrder());
    }

    /** What was held matures at this time: at once, if it has passed. */
    public void letGo(Connection connection, Collection<UUID> jobs, Instant maturesAt) throws SQLException {
        LockStore.replace(connection, LockStore.lock(connection, jobs), maturesAt.toString());
    }

    /** A job may end at an instance that never heard of its buyer: the pots exist, this cache just does not have them. */
    private void loadUnknown(Connection connection, List<Posting> postings) throws SQLException {
        Set<UUID> unknown = postings.stream()
                .flatMap(posting ->
                        Stream.of(new Key(posting.from(), posting.fromPot()), new Key(posting.to(), posting.toPot())))
                .filter(key -> key.account != null && !pots.containsKey(key))
                .map(Key::account)
                .collect(Collectors.toSet());
        if (!unknown.isEmpty()) {
            load(connection, unknown);
        }
    }

    private Long pot(@Nullable UUID account, Pot pot) {
        Long id = pots.get(new Key(account, pot));
        if (id == null) {
            throw new IllegalStateException("ledger pots were not opened for account " + account);
        }
        return id;
    }
}
