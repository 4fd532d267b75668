package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.OpenTransaction.Attempt;
import io.pithead.coordinator.chain.core.FeePolicy.Offer;
import io.pithead.coordinator.chain.core.NoncePolicy.Known;
import io.pithead.coordinator.platform.Columns;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rows of one key's transactions on one chain. Every write is its caller's transaction, under the lease to send. */
final class TransactionStore {
    private static final String ASKED = """
            select id, purpose, target, value, data, tries from chain_transaction
             where chain_id = ? and sender = ? and state = 'ASKED' and due_at <= now()
             order by due_at, id limit ?""";
    private static final String OPEN = """
            select t.id, t.purpose, t.target, t.value, t.data, t.nonce,
                   case when t.state = 'MINED' then t.block_hash end as mined_in,
                   a.seq, a.hash, a.raw, a.gas_limit, a.max_fee, a.tip,
                   extract(epoch from now() - a.signed_at)::float8 as signed_ago,
                   extract(epoch from now() - a.sent_at)::float8 as sent_ago
              from (select * from chain_transaction
                     where chain_id = ? and sender = ? and state in ('SIGNED', 'MINED') order by nonce limit ?) t
              join chain_attempt a on a.transaction_id = t.id and a.nonce = t.nonce
             order by t.nonce, a.seq""";
    private static final String SIGN = """
            update chain_transaction t
               set state = 'SIGNED', nonce = s.nonce, error_code = null, error = null, changed_at = now()
              from unnest(?, ?) as s(id, nonce) where t.id = s.id and t.state = 'ASKED'""";
    private static final String ATTEMPT = """
            insert into chain_attempt (transaction_id, seq, nonce, hash, raw, gas_limit, max_fee, tip)
            select ?, 1 + coalesce(max(seq), 0), ?, ?, ?, ?, ?, ? from chain_attempt where transaction_id = ?""";
    private static final String SENT = """
            update chain_attempt a set sent_at = now(), answer = s.answer
              from unnest(?, ?) as s(hash, answer) where a.hash = s.hash""";
    private static final String MINED = """
            update chain_transaction t
               set state = 'MINED', block = r.block, block_hash = r.block_hash, mined_hash = r.hash,
                   succeeded = r.succeeded, gas_used = r.gas_used, error_code = null, error = null, changed_at = now()
              from unnest(?, ?, ?, ?, ?, ?) as r(id, block, block_hash, hash, succeeded, gas_used)
             where t.id = r.id and t.state in ('SIGNED', 'MINED')""";
    private static final String UNMINED = """
            with back as (
                update chain_transaction
                   set state = 'SIGNED', block = null, block_hash = null, mined_hash = null, succeeded = null,
                       gas_used = null, changed_at = now()
                 where id = any(?) and state = 'MINED'
                returning id, nonce)
            update chain_attempt a set sent_at = null from back where a.transaction_id = back.id and a.nonce = back.nonce""";
    private static final String FINISH = """
            update chain_transaction
               set state = ?, contract = ?, error_code = ?, error = ?, changed_at = now()
             where id = ? and state = 'MINED'""";
    /** All nonces below the first that is open are final. */
    private static final String SETTLE = """
            update chain_sender s
               set settled = greatest(s.settled, coalesce((
                   select min(nonce) from chain_transaction
                    where chain_id = s.chain_id and sender = s.address and state in ('SIGNED', 'MINED')), s.next_nonce))
             where s.chain_id = ? and s.address = ? and s.next_nonce is not null""";

    private final long chainId;
    private final String address;

    TransactionStore(long chainId, String address) {
        this.chainId = chainId;
        this.address = address;
    }

    /** A signature to be written. */
    record Signature(UUID id, long nonce, SigningKey.Signed signed, long gasLimit, Offer offer) {}

    Known known(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                "select next_nonce, settled from chain_sender where chain_id = ? and address = ?")) {
            new Columns(connection, select).set(chainId).set(address);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return new Known(OptionalLong.empty(), 0);
                }
                Long next = Columns.nullableLong(row, "next_nonce");
                return new Known(next == null ? OptionalLong.empty() : OptionalLong.of(next), row.getLong("settled"));
            }
        }
    }

    /** What is below the first nonce was final before. */
    void begin(Connection connection, long nonce) throws SQLException {
        try (var insert =
                connection.prepareStatement("insert into chain_sender as s (chain_id, address, next_nonce, settled)"
                        + " values (?, ?, ?, ?) on conflict (chain_id, address) do update"
                        + " set next_nonce = excluded.next_nonce, settled = excluded.settled, fault = null"
                        + " where s.next_nonce is null")) {
            new Columns(connection, insert).set(chainId).set(address).set(nonce).set(nonce);
            insert.executeUpdate();
        }
    }

    void fault(Connection connection, @Nullable String fault) throws SQLException {
        try (var insert = connection.prepareStatement("insert into chain_sender as s (chain_id, address, fault)"
                + " values (?, ?, ?) on conflict (chain_id, address) do update set fault = excluded.fault"
                + " where s.fault is distinct from excluded.fault")) {
            new Columns(connection, insert).set(chainId).set(address).set(fault);
            insert.executeUpdate();
        }
    }

    List<AskedTransaction> asked(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement(ASKED)) {
            new Columns(connection, select).set(chainId).set(address).set(limit);
            var asked = new ArrayList<AskedTransaction>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    asked.add(new AskedTransaction(
                            Columns.uuid(row, "id"), row.getString("purpose"), intent(row), row.getInt("tries")));
                }
            }
            return asked;
        }
    }

    /** In the order of their nonces. */
    List<OpenTransaction> open(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement(OPEN)) {
            new Columns(connection, select).set(chainId).set(address).set(limit);
            var attempts = new LinkedHashMap<UUID, List<Attempt>>();
            var open = new LinkedHashMap<UUID, OpenTransaction>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    UUID id = Columns.uuid(row, "id");
                    attempts.computeIfAbsent(id, key -> new ArrayList<>()).add(attempt(row));
                    open.put(
                            id,
                            new OpenTransaction(
                                    id,
                                    row.getString("purpose"),
                                    intent(row),
                                    row.getLong("nonce"),
                                    row.getString("mined_in"),
                                    attempts.getOrDefault(id, List.of())));
                }
            }
            return List.copyOf(open.values());
        }
    }

    private static Intent intent(ResultSet row) throws SQLException {
        return new Intent(row.getString("target"), Columns.amount(row, "value"), row.getBytes("data"));
    }

    private static Attempt attempt(ResultSet row) throws SQLException {
        double sentAgo = row.getDouble("sent_ago");
        Optional<Duration> sent = row.wasNull() ? Optional.empty() : Optional.of(seconds(sentAgo));
        return new Attempt(
                row.getInt("seq"),
                row.getString("hash"),
                row.getBytes("raw"),
                row.getLong("gas_limit"),
                new Offer(Columns.amount(row, "max_fee"), Columns.amount(row, "tip")),
                seconds(row.getDouble("signed_ago")),
                sent);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1_000));
    }

    /** Consecutive nonces from {@code first}; refuses to write when somebody gave nonces meanwhile. */
    void sign(Connection connection, long first, List<Signature> signatures) throws SQLException {
        try (var update = connection.prepareStatement("update chain_sender set next_nonce = ?, fault = null"
                + " where chain_id = ? and address = ? and next_nonce = ?")) {
            new Columns(connection, update)
                    .set(first + signatures.size())
                    .set(chainId)
                    .set(address)
                    .set(first);
            require(update.executeUpdate(), 1);
        }
        try (var update = connection.prepareStatement(SIGN)) {
            new Columns(connection, update).uuids(signatures, Signature::id).longs(signatures, Signature::nonce);
            require(update.executeUpdate(), signatures.size());
        }
        attempts(connection, signatures);
    }

    private static void require(int changed, int expected) {
        if (changed != expected) {
            throw new IllegalStateException("transactions changed while they were signed");
        }
    }

    /** Further signatures of transactions that have their nonces. */
    void attempts(Connection connection, List<Signature> signatures) throws SQLException {
        try (var insert = connection.prepareStatement(ATTEMPT)) {
            for (Signature signature : signatures) {
                insert.setObject(1, signature.id());
                insert.setLong(2, signature.nonce());
                insert.setString(3, signature.signed().hash());
                insert.setBytes(4, signature.signed().raw());
                insert.setLong(5, signature.gasLimit());
                insert.setBigDecimal(6, new BigDecimal(signature.offer().maxFee()));
                insert.setBigDecimal(7, new BigDecimal(signature.offer().tip()));
                insert.setObject(8, signature.id());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** @param answers what the node said, by hash; empty when it took it */
    void sent(Connection connection, Map<String, String> answers) throws SQLException {
        try (var update = connection.prepareStatement(SENT)) {
            new Columns(connection, update)
                    .texts(answers.entrySet(), Map.Entry::getKey)
                    .texts(answers.entrySet(), Map.Entry::getValue);
            update.executeUpdate();
        }
    }

    void mined(Connection connection, Map<UUID, Receipt> receipts) throws SQLException {
        if (receipts.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement(MINED)) {
            var rows = receipts.entrySet();
            new Columns(connection, update)
                    .uuids(rows, Map.Entry::getKey)
                    .longs(rows, of(Receipt::block))
                    .texts(rows, of(Receipt::blockHash))
                    .texts(rows, of(Receipt::hash))
                    .bools(rows, of(Receipt::succeeded))
                    .longs(rows, of(Receipt::gasUsed));
            update.executeUpdate();
        }
    }

    private static <T> Function<Map.Entry<UUID, Receipt>, @Nullable T> of(Function<Receipt, T> member) {
        return entry -> member.apply(entry.getValue());
    }

    /** The blocks they were in are gone: they wait again, and are sent again. */
    void unmined(Connection connection, List<UUID> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement(UNMINED)) {
            new Columns(connection, update).uuids(ids, id -> id);
            update.executeUpdate();
        }
    }

    /** @param why it failed; nothing when it did not */
    void finish(Connection connection, UUID id, @Nullable String contract, @Nullable ChainError why)
            throws SQLException {
        try (var update = connection.prepareStatement(FINISH)) {
            new Columns(connection, update)
                    .set(why == null ? "DONE" : "REVERTED")
                    .set(contract)
                    .set(why == null ? null : why.code().name())
                    .set(why == null ? null : why.text())
                    .set(id);
            update.executeUpdate();
        }
    }

    void lost(Connection connection, UUID id, String why) throws SQLException {
        try (var update = connection.prepareStatement("update chain_transaction set state = 'LOST',"
                + " error_code = 'CONFLICT_STATE', error = ?, changed_at = now() where id = ? and state = 'SIGNED'")) {
            new Columns(connection, update).set(why).set(id);
            update.executeUpdate();
        }
    }

    void settle(Connection connection) throws SQLException {
        try (var update = connection.prepareStatement(SETTLE)) {
            new Columns(connection, update).set(chainId).set(address);
            update.executeUpdate();
        }
    }

    /** Not signed now; tried again later. */
    void later(Connection connection, UUID id, int tries, Duration pause, ChainError why) throws SQLException {
        try (var update = connection.prepareStatement("update chain_transaction set tries = ?,"
                + " due_at = now() + make_interval(secs => ?), error_code = ?, error = ?, changed_at = now()"
                + " where id = ? and state = 'ASKED'")) {
            new Columns(connection, update)
                    .set(tries)
                    .set(pause.toMillis() / 1_000.0)
                    .set(why.code().name())
                    .set(why.text())
                    .set(id);
            update.executeUpdate();
        }
    }

    void refuse(Connection connection, UUID id, int tries, ChainError why) throws SQLException {
        try (var update = connection.prepareStatement("update chain_transaction set state = 'REFUSED', tries = ?,"
                + " error_code = ?, error = ?, changed_at = now() where id = ? and state = 'ASKED'")) {
            new Columns(connection, update)
                    .set(tries)
                    .set(why.code().name())
                    .set(why.text())
                    .set(id);
            update.executeUpdate();
        }
    }

    /** Why a signed one waits longer than it should. */
    void waits(Connection connection, UUID id, String why) throws SQLException {
        try (var update = connection.prepareStatement(
                "update chain_transaction set error_code = 'UNAVAILABLE', error = ? where id = ? and state = 'SIGNED'")) {
            new Columns(connection, update).set(why).set(id);
            update.executeUpdate();
        }
    }
}
