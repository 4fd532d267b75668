package io.pithead.coordinator.ledger;

import static io.pithead.coordinator.platform.Columns.amount;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.wallet.Balance;
import io.pithead.protocol.wallet.Earnings;
import io.pithead.protocol.wallet.Entry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an account sees of its money. */
@ApplicationScoped
public class WalletFacade {
    public static final int MAX_DAYS = 31;
    static final int MAX_PAYMENTS = 100_000;

    @Inject
    Database database;

    @Inject
    LedgerConfig config;

    public Balance balance(UUID account) {
        return database.withConnection(connection -> {
            var pots = new EnumMap<Pot, BigInteger>(Pot.class);
            try (var select =
                    connection.prepareStatement("select pot, balance from ledger_account where account_id = ?")) {
                select.setObject(1, account);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        pots.put(Pot.valueOf(rows.getString("pot")), amount(rows, "balance"));
                    }
                }
            }
            return new Balance(
                    wallet(connection, account),
                    Money.format(pots.getOrDefault(Pot.AVAILABLE, BigInteger.ZERO)),
                    Money.format(pots.getOrDefault(Pot.PENDING, BigInteger.ZERO)),
                    Money.format(pots.getOrDefault(Pot.RESERVED, BigInteger.ZERO)),
                    config.unit(),
                    LockStore.next(connection, account));
        });
    }

    /** The wallet address that the account's newest node named, or the account itself. */
    private static String wallet(Connection connection, UUID account) throws SQLException {
        try (var select = connection.prepareStatement(
                "select wallet from node where account_id = ? and wallet is not null order by updated_at desc limit 1")) {
            select.setObject(1, account);
            try (var row = select.executeQuery()) {
                return row.next() ? row.getString("wallet") : account.toString();
            }
        }
    }

    /** Newest first. */
    public Page<Entry> entries(UUID account, int limit, @Nullable UUID before) {
        return database.withConnection(connection -> {
            var entries = new ArrayList<Entry>();
            try (var select = connection.prepareStatement("""
                    with own as (select id, pot from ledger_account where account_id = ?),
                    page as (
                        select x.id from own cross join lateral (
                            (select id from ledger_entry where debit = own.id and (?::uuid is null or id < ?)
                              order by id desc limit ?)
                            union all
                            (select id from ledger_entry where credit = own.id and (?::uuid is null or id < ?)
                              order by id desc limit ?)) x
                         group by x.id order by x.id desc limit ?)
                    select e.*, d.pot as from_pot, c.pot as to_pot from page join ledger_entry e on e.id = page.id
                      left join own d on d.id = e.debit left join own c on c.id = e.credit
                     order by e.id desc
                    """)) {
                new Columns(connection, select)
                        .set(account)
                        .set(before)
                        .set(before)
                        .set(limit + 1)
                        .set(before)
                        .set(before)
                        .set(limit + 1)
                        .set(limit + 1);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        entries.add(entry(rows));
                    }
                }
            }
            boolean more = entries.size() > limit;
            List<Entry> page = more ? entries.subList(0, limit) : entries;
            return new Page<>(page, more ? page.getLast().id().toString() : null);
        });
    }

    /** By machine, since so many days. What a call costs is bounded by so many payments, of which it looks at the latest. */
    public Earnings earnings(UUID account, int days) {
        Instant since = Instant.now().minus(Duration.ofDays(days)).truncatedTo(ChronoUnit.SECONDS);
        return database.withConnection(connection -> {
            var items = new ArrayList<Earnings.OfNode>();
            long looked = 0;
            try (var select = connection.prepareStatement("""
                    with paid as (
                        select x.job_id, x.slice, x.amount from ledger_account own cross join lateral (
                            select id, job_id, slice, amount from ledger_entry
                             where credit = own.id and id >= id_floor(?::timestamptz) and reason = 'SETTLE'
                             order by id desc limit ?) x
                         where own.account_id = ? order by x.id desc limit ?)
                    select r.node_id, n.miner_id, count(distinct r.job_id) as jobs, count(*) as payments, sum(paid.amount) as earned,
                           coalesce(sum(w.amount), 0) as withdrawn
                      from paid join receipt r on r.job_id = paid.job_id and r.slice = paid.slice and r.provider = ?
                      left join node n on n.id = r.node_id
                      left join ledger_entry w on w.job_id = paid.job_id and w.slice = paid.slice and w.reason = 'WITHDRAWN'
                     group by r.node_id, n.miner_id order by earned desc, r.node_id
                    """)) {
                new Columns(connection, select)
                        .set(since.toString())
                        .set(MAX_PAYMENTS)
                        .set(account)
                        .set(MAX_PAYMENTS)
                        .set(account);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        looked += rows.getLong("payments");
                        items.add(new Earnings.OfNode(
                                uuid(rows, "node_id"),
                                rows.getString("miner_id"),
                                rows.getLong("jobs"),
                                Money.format(amount(rows, "earned")),
                                Money.format(amount(rows, "withdrawn"))));
                    }
                }
            }
            return new Earnings(since, items, looked >= MAX_PAYMENTS);
        });
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                uuid(row, "id"),
                requiredInstant(row, "at"),
                Money.format(amount(row, "amount")),
                word(row.getString("from_pot")),
                word(row.getString("to_pot")),
                row.getString("reason").toLowerCase(Locale.ROOT),
                row.getObject("job_id", UUID.class));
    }

    private static @Nullable String word(@Nullable String constant) {
        return constant == null ? null : constant.toLowerCase(Locale.ROOT);
    }
}
