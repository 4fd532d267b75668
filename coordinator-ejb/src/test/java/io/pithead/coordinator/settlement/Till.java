package io.pithead.coordinator.settlement;

import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.LedgerDesk;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.settlement.Settling.Chain;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Accounts with money and addresses, and epochs over them, with a chain that is rows until a test brings a real one. */
final class Till {
    static final Instant NOW = Instant.parse("2026-11-02T00:00:00Z");
    static final Address REWARDS = address(0xee);
    static final int BATCH = 3;
    private static final int MAX_ROUNDS = 500;

    final TestDatabase rows;
    final Chain chain;
    final Ledger ledger;
    final ChainGateway gateway;
    private long block = 1;

    Till() {
        this(
                TestDatabase.create(),
                new Chain(31_337, "test", REWARDS, address(0xaa), address(0xcc)),
                new ChainGateway(new Outbox()));
        rows.update(
                "insert into chain (chain_id, first_block, next_block, head, finalised) values (31337, 0, 1, 0, 0)");
    }

    Till(TestDatabase rows, Chain chain, ChainGateway gateway) {
        this.rows = rows;
        this.chain = chain;
        this.gateway = gateway;
        this.ledger = LedgerDesk.ledger(rows.database());
    }

    static Address address(int number) {
        byte[] bytes = new byte[Address.BYTES];
        bytes[0] = 1;
        bytes[Address.BYTES - 2] = (byte) (number >> 8);
        bytes[Address.BYTES - 1] = (byte) number;
        return Address.of(bytes);
    }

    /** The same in every database. */
    static UUID account(int number) {
        return new UUID(0x7000, 0x8000_0000_0000_0000L | number);
    }

    UUID miner(int number, Address address, String tokens) {
        UUID account = account(number);
        rows.update("insert into account (id, name) values (?, 'miner')", account);
        rows.update(
                "insert into payout_address (chain_id, account_id, address, set_at) values (?, ?, ?, '2026-11-01')",
                chain.id(),
                account,
                address.text());
        earn(account, tokens);
        return account;
    }

    void earn(UUID account, String tokens) {
        ledger.open(List.of(account));
        rows.database()
                .doInTransaction(connection ->
                        ledger.post(connection, List.of(Posting.deposit(account, Money.parse(tokens))), Instant.now()));
    }

    Closing closing() {
        return closing(rows.database(), new Trees(rows.database()), UUID.randomUUID());
    }

    /** Another life of the loop: nobody waits for the lease of the one before. */
    Closing closing(Database database, Trees trees, UUID holder) {
        rows.update("update chain_lease set expires_at = now() - interval '1 s'");
        return rival(database, trees, holder);
    }

    Closing rival(Database database, Trees trees, UUID holder) {
        var desk = new RewardsDesk(chain, gateway, new Outbox(), epoch -> "https://here/v1/epochs/" + epoch);
        var terms = new Closing.Terms(Duration.ofDays(1), Money.parse("1"), BATCH);
        return new Closing(database, LedgerDesk.ledger(database), trees, desk, terms, holder);
    }

    /** Until it has nothing to do but to wait. */
    void run(Closing closing) {
        for (int i = 0; closing.round(NOW); i++) {
            if (i > MAX_ROUNDS) {
                throw new AssertionError("the epoch does not end");
            }
        }
    }

    EpochRow epoch(long number) {
        return rows.database()
                .withConnection(connection -> new EpochStore(chain.id()).find(connection, number))
                .orElseThrow();
    }

    /** As the indexer writes it, final at once. */
    void happens(String kind, String key, Map<String, String> body) {
        block++;
        rows.update(
                "insert into chain_state (chain_id, kind, key, block, log_index, body) values (?, ?, ?, ?, 0, ?)",
                chain.id(),
                kind,
                key,
                block,
                Json.text(body));
        rows.update(
                "update chain set next_block = ? + 1, head = ?, finalised = ? where chain_id = ?",
                block,
                block,
                block,
                chain.id());
    }

    /** The newest block's time. */
    void time(Instant at) {
        block++;
        rows.update(
                "insert into chain_block (chain_id, number, hash, at) values (?, ?, '0x' || repeat('0', 64), ?::timestamptz)",
                chain.id(),
                block,
                at.toString());
    }

    /** What is asked of the gateway is done. */
    void done() {
        rows.update("update chain_transaction set state = 'DONE', nonce = coalesce(nonce, abs(hashtext(purpose))),"
                + " block = 1, block_hash = '0x' || repeat('0', 64), mined_hash = '0x' || repeat('0', 64),"
                + " succeeded = true, gas_used = 1 where state = 'ASKED'");
    }

    void posted(long epoch, String state, Instant activeAt) {
        EpochRow row = epoch(epoch);
        happens(
                "root",
                Long.toString(epoch),
                Map.of(
                        "root",
                        row.rooted().hash(),
                        "total",
                        row.sum().toString(),
                        "leaves_hash",
                        row.rooted().leavesHash(),
                        "active_at",
                        Long.toString(activeAt.getEpochSecond()),
                        "state",
                        state));
    }

    /** From wherever it is to a root that can be claimed under. */
    void activate(Closing closing, long epoch) {
        run(closing);
        happens("rewards", "", Map.of("funded", epoch(epoch).sum().toString()));
        run(closing);
        done();
        posted(epoch, "posted", NOW);
        run(closing);
        time(NOW);
        run(closing);
    }

    /** All that money is: balances, payouts, leaves, epochs. */
    String books() {
        return rows.text(
                        "select string_agg(account_id || pot || balance, ' ' order by account_id, pot) from ledger_account"
                                + " where account_id is not null")
                + rows.text(
                        "select string_agg(epoch || address || account_id || amount, ' ' order by epoch, account_id)"
                                + " from epoch_payout")
                + rows.text(
                        "select string_agg(position || address || cumulative, ' ' order by position) from payout_leaf")
                + rows.text("select string_agg(number || state || paid || coalesce(total, 0) || coalesce(root, ''), ' '"
                        + " order by number) from epoch")
                + rows.number("select count(*) from ledger_entry");
    }

    /** A database whose connection is often lost at a commit: before it, or when it was done and nobody heard of it. */
    Database breaking(Random chance, AtomicInteger broken) {
        DataSource source = rows.dataSource();
        return new Database((DataSource) Proxy.newProxyInstance(
                Till.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    Object result = call(source, method, arguments);
                    return result instanceof Connection connection ? breaking(connection, chance, broken) : result;
                }));
    }

    private static Connection breaking(Connection connection, Random chance, AtomicInteger broken) {
        return (Connection) Proxy.newProxyInstance(
                Till.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    int fate = method.getName().equals("commit") ? chance.nextInt(4) : 2;
                    if (fate == 0) {
                        broken.incrementAndGet();
                        throw new SQLException("killed before the commit");
                    }
                    Object result = call(connection, method, arguments);
                    if (fate == 1) {
                        broken.incrementAndGet();
                        throw new SQLException("killed after the commit");
                    }
                    return result;
                });
    }

    private static Object call(Object on, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
