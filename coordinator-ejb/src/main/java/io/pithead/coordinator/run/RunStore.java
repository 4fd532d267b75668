package io.pithead.coordinator.run;

import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.run.core.RunMoney.Account;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of runs. What the chain says of them is read from the registry's facts. */
final class RunStore {
    /** The chain has a run as it was asked for: by owner and manager, and by a URI that has our id in it. */
    private static final String LINK = """
            update run r set number = d.number, state = 'PENDING', changed_at = now()
              from (select distinct on (q.id) q.id, d.number
                      from run q
                      join discovery_run d on d.chain = q.chain_id and d.discovery_uri = q.discovery_uri
                                          and d.owner = q.owner and d.manager = q.manager
                     where q.chain_id = ? and q.state = 'CREATING'
                     order by q.id, d.number) d
             where r.id = d.id and r.state = 'CREATING'
               and not exists (select 1 from run o where o.chain_id = r.chain_id and o.number = d.number)""";
    /** Blocks were taken back, and the run with them. */
    private static final String UNLINK = """
            update run r set number = null, state = 'CREATING', changed_at = now()
             where r.chain_id = ? and r.number is not null
               and (r.state <> 'ENDED' or r.changed_at > now() - interval '1 hour')
               and not exists (select 1 from discovery_run d where d.chain = r.chain_id and d.number = r.number
                                  and d.owner = r.owner and d.discovery_uri = r.discovery_uri)""";

    private static final String FOLLOW = """
            update run r set state = d.state, ends_at = d.ends_at, changed_at = now()
              from (select q.id, f.ends_at,
                           case when f.state = 'ended' or f.ends_at <= ? then 'ENDED'
                                when f.state = 'started' then 'OPEN' else 'PENDING' end as state
                      from run q join discovery_run f on f.chain = q.chain_id and f.number = q.number
                     where q.chain_id = ? and (q.state <> 'ENDED' or q.changed_at > now() - interval '1 hour')) d
             where r.id = d.id and (r.state, r.ends_at) is distinct from (d.state, d.ends_at)""";
    /** Asked for, and its time is over before the chain had it. */
    private static final String GIVE_UP = """
            update run set state = 'ENDED', changed_at = now()
             where chain_id = ? and state = 'CREATING' and ends_at < now() - interval '1 hour'""";

    private static final String GONE = """
            select account_id, brought - kept as gone
              from (select a.id as account_id,
                           (select coalesce(sum(r.escrow_credited - r.escrow_released), 0) from run r
                             where r.account_id = a.id) as brought,
                           (select coalesce(sum(l.balance), 0) from ledger_account l where l.account_id = a.id) as kept
                      from unnest(?) a(id)) w
             where brought > kept""";

    private static final String COLUMNS = "select r.* from run r";

    private RunStore() {}

    static void insert(Connection connection, RunRow run) throws SQLException {
        try (var insert = connection.prepareStatement("insert into run (id, account_id, name, chain_id, owner, manager,"
                + " requirements, discovery_uri, max_nodes, max_units, ends_at, budget)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            new Columns(connection, insert)
                    .set(run.id())
                    .set(run.account())
                    .set(run.name())
                    .set(run.chain())
                    .set(run.owner())
                    .set(run.manager())
                    .set(run.requirements())
                    .set(run.discoveryUri())
                    .set(run.maxNodes())
                    .set(run.maxUnits())
                    .set(run.endsAt().atOffset(ZoneOffset.UTC))
                    .set(new BigDecimal(run.money().budget()));
            insert.executeUpdate();
        }
    }

    static int going(Connection connection, UUID account) throws SQLException {
        try (var count =
                connection.prepareStatement("select count(*) from run where account_id = ? and state <> 'ENDED'")) {
            new Columns(connection, count).set(account);
            try (var row = count.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    static Optional<RunRow> find(Connection connection, UUID account, UUID run) throws SQLException {
        try (var select = connection.prepareStatement(COLUMNS + " where r.id = ? and r.account_id = ?")) {
            new Columns(connection, select).set(run).set(account);
            return rows(select).stream().findFirst();
        }
    }

    static Optional<RunRow> lock(Connection connection, UUID account, UUID run) throws SQLException {
        try (var select =
                connection.prepareStatement(COLUMNS + " where r.id = ? and r.account_id = ? for no key update")) {
            new Columns(connection, select).set(run).set(account);
            return rows(select).stream().findFirst();
        }
    }

    /** Newest first. */
    static List<RunRow> page(Connection connection, UUID account, int limit, @Nullable UUID before)
            throws SQLException {
        try (var select = connection.prepareStatement(
                COLUMNS + " where r.account_id = ? and (?::uuid is null or r.id < ?) order by r.id desc limit ?")) {
            new Columns(connection, select).set(account).set(before).set(before).set(limit);
            return rows(select);
        }
    }

    /** Whose money may have to move; held until the caller's transaction ends, and left to others who hold them. */
    static List<RunRow> unsettled(Connection connection, long chain, @Nullable UUID after, int limit)
            throws SQLException {
        try (var select =
                connection.prepareStatement(COLUMNS + " where r.chain_id = ? and (?::uuid is null or r.id > ?)"
                        + " and (r.state <> 'ENDED' or r.escrow_credited > r.escrow_released"
                        + " or r.changed_at > now() - interval '7 days')"
                        + " order by r.id limit ? for no key update skip locked")) {
            new Columns(connection, select).set(chain).set(after).set(after).set(limit);
            return rows(select);
        }
    }

    /** Of these accounts those whose escrows brought more than is anywhere in their wallets, and how much more. */
    static Map<UUID, BigInteger> gone(Connection connection, Collection<UUID> accounts) throws SQLException {
        var gone = new HashMap<UUID, BigInteger>();
        if (accounts.isEmpty()) {
            return gone;
        }
        try (var select = connection.prepareStatement(GONE)) {
            new Columns(connection, select).uuids(accounts, account -> account);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    gone.put(Columns.uuid(row, "account_id"), amount(row, "gone"));
                }
            }
        }
        return gone;
    }

    static void putMoney(Connection connection, UUID run, Account money) throws SQLException {
        try (var update = connection.prepareStatement("update run set budget = ?, escrow_reserved = ?,"
                + " escrow_credited = ?, escrow_released = ?, escrow_returned = ?, changed_at = now() where id = ?")) {
            new Columns(connection, update)
                    .set(new BigDecimal(money.budget()))
                    .set(new BigDecimal(money.reserved()))
                    .set(new BigDecimal(money.credited()))
                    .set(new BigDecimal(money.released()))
                    .set(new BigDecimal(money.returned()))
                    .set(run);
            update.executeUpdate();
        }
    }

    static void end(Connection connection, UUID run) throws SQLException {
        try (var update =
                connection.prepareStatement("update run set state = 'ENDED', changed_at = now() where id = ?")) {
            new Columns(connection, update).set(run);
            update.executeUpdate();
        }
    }

    /** All runs of a chain, to where the chain has them now. */
    static void follow(Connection connection, long chain) throws SQLException {
        change(connection, UNLINK, chain);
        change(connection, LINK, chain);
        try (var update = connection.prepareStatement(FOLLOW)) {
            new Columns(connection, update)
                    .set(ChainStates.time(connection, chain).atOffset(ZoneOffset.UTC))
                    .set(chain);
            update.executeUpdate();
        }
        change(connection, GIVE_UP, chain);
    }

    private static void change(Connection connection, String sql, long chain) throws SQLException {
        try (var update = connection.prepareStatement(sql)) {
            new Columns(connection, update).set(chain);
            update.executeUpdate();
        }
    }

    static long nodes(Connection connection, UUID run) throws SQLException {
        try (var count =
                connection.prepareStatement("select count(*) from run_node where run_id = ? and state = 'HEALTHY'")) {
            new Columns(connection, count).set(run);
            try (var row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static List<RunRow> rows(PreparedStatement select) throws SQLException {
        var rows = new ArrayList<RunRow>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                rows.add(row(row));
            }
        }
        return rows;
    }

    private static RunRow row(ResultSet row) throws SQLException {
        String owner = row.getString("owner");
        String manager = row.getString("manager");
        return new RunRow(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "account_id"),
                row.getString("name"),
                row.getLong("chain_id"),
                Columns.nullableLong(row, "number"),
                owner,
                manager,
                row.getString("requirements"),
                row.getString("discovery_uri"),
                row.getLong("max_nodes"),
                row.getLong("max_units"),
                Columns.requiredInstant(row, "ends_at"),
                row.getString("state"),
                new Account(
                        owner.equals(manager),
                        amount(row, "budget"),
                        amount(row, "escrow_reserved"),
                        amount(row, "escrow_credited"),
                        amount(row, "escrow_released"),
                        amount(row, "escrow_returned")),
                Columns.requiredInstant(row, "created_at"));
    }

    private static BigInteger amount(ResultSet row, String column) throws SQLException {
        return Columns.amount(row, column);
    }
}
