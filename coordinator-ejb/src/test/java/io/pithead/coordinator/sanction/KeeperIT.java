package io.pithead.coordinator.sanction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.chain.DeployedChain;
import io.pithead.coordinator.challenge.AttestationFacade;
import io.pithead.coordinator.node.NodeBans;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.DatabaseException;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.chain.Sanction;
import io.pithead.protocol.chain.Sanction.State;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/** From a validator's rejection to the stake, by our contracts on a real chain. */
class KeeperIT {
    private static final long CHAIN = 31_337;
    private static final Duration WINDOW = Duration.ofSeconds(61);
    private static final Address ARBITER = new Address("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
    private static final Address SECOND_VALIDATOR = new Address("0x" + "5a".repeat(20));
    private static final BigInteger TOKEN = BigInteger.TEN.pow(6);
    private static final String EVIDENCE = "ab".repeat(32);

    private final WalletKey node = WalletKey.of(Keccak.digest(new byte[] {7}));
    private final String address = node.address().text();
    private final SanctionFacade facade = new SanctionFacade();
    private SanctionConfig config = new SanctionConfig();
    private DeployedChain chain;
    private TestDatabase rows;
    private Caller operator;

    @BeforeEach
    void open() throws Exception {
        chain = new DeployedChain(CHAIN);
        rows = chain.rows();
        operator = new Caller(rows.account(), UUID.randomUUID(), Scope.ADMIN, "ph_admin_x");
        facade.database = rows.database();
        facade.gateway = chain.gateway();
        facade.outbox = new Outbox();
        facade.config = config;
        facade.audit = new Audit();
        chain.provider(2);
        chain.node(node);
    }

    @AfterEach
    void close() throws Exception {
        if (chain != null) {
            chain.close();
        }
    }

    private Keeper keeper(Database database) {
        return new Keeper(
                database,
                chain.gateway(),
                new Outbox(),
                new AttestationFacade(),
                new NodeBans(database, new Audit()),
                config,
                chain.here(),
                chain.operator().text());
    }

    private void round() {
        keeper(rows.database()).round(Instant.now());
    }

    /** What is asked for is asked for by a life of its own, and several times. */
    private void goOn() throws Exception {
        round();
        round();
        chain.settle();
        round();
    }

    private Type<?>[] rejection(long round) {
        byte[] subject = new byte[32];
        System.arraycopy(HexFormat.of().parseHex(address.substring(2)), 0, subject, 12, 20);
        return new Type<?>[] {
            at(chain.here().address("ComputeNodes")),
            new Bytes32(subject),
            new Uint64(round),
            new Uint8(2),
            new Uint16(3),
            new Utf8String("attestation " + EVIDENCE)
        };
    }

    private void reject() throws Exception {
        chain.call("Validators", "cast", rejection(2));
        chain.settle();
    }

    private static org.web3j.abi.datatypes.Address at(String address) {
        return new org.web3j.abi.datatypes.Address(address);
    }

    private Sanction only() {
        var found = facade.list(null, node.address(), null, null, 10).items();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private BigInteger stake() {
        return new BigInteger(rows.text(
                "select body::json->>'stake' from chain_state where kind = 'provider' and key = ?"
                        + " order by block desc, log_index desc limit 1",
                chain.operator().text()));
    }

    private static BigInteger tokens(long tokens) {
        return TOKEN.multiply(BigInteger.valueOf(tokens));
    }

    private long asked() {
        return rows.number("select count(*) from chain_transaction where purpose like 'sanction/%'");
    }

    private String history() {
        return rows.text("select string_agg(event, ' ' order by number) from sanction_event");
    }

    private long slashes() {
        return rows.number("select count(distinct key) from chain_state where kind = 'slash'");
    }

    @Test
    void who_is_rejected_by_enough_validators_is_ejected_and_loses_stake_after_the_window() throws Exception {
        rows.update(
                "insert into attestation (challenge_id, chain_id, validator, address, verdict, digest, document)"
                        + " values (gen_random_uuid(), 31337, ?, ?, 'INVALID', ?, '{}')",
                SECOND_VALIDATOR.text(),
                address,
                EVIDENCE);
        UUID miner = rows.node(rows.account());
        rows.update(
                "update node set capabilities = (capabilities::jsonb || jsonb_build_object('node_address', ?::text))::json"
                        + " where id = ?",
                address.toUpperCase(java.util.Locale.ROOT).replace("0X", "0x"),
                miner);
        chain.call("Validators", "add", at(SECOND_VALIDATOR.text()));
        chain.settle();
        chain.callAs(
                new Address(chain.here().address("Timelock")),
                "Validators",
                "setThreshold",
                new Uint256(BigInteger.TWO));
        reject();
        goOn();
        assertThat(facade.list(null, null, null, null, 10).items()).isEmpty();
        chain.callAs(SECOND_VALIDATOR, "Validators", "cast", rejection(2));
        round();
        assertThat(asked()).as("before the block is final").isZero();

        chain.settle();
        round();
        Sanction found = only();
        assertThat(found.state()).isEqualTo(State.FOUND);
        assertThat(found.provider()).isEqualTo(chain.operator().text());
        assertThat(found.evidence()).isEqualTo(EVIDENCE);
        assertThat(found.reason()).isEqualTo(3);
        assertThat(found.amount()).isEqualTo("50.000000");
        goOn();
        Sanction proposed = only();
        assertThat(proposed.state()).isEqualTo(State.PROPOSED);
        assertThat(proposed.slash()).isEqualTo(1);
        assertThat(proposed.held()).isEqualTo("50.000000");
        assertThat(proposed.ejectedAt()).isNotNull();
        assertThat(stake()).isEqualTo(tokens(150));
        assertThat(rows.text("select ban from node where id = ?", miner))
                .isEqualTo("ejected on chain 31337 as " + address);
        assertThat(rows.text("select body::json->>'reason' from chain_state where kind = 'slash'"))
                .isEqualTo("rejected node=" + address + " round=2 code=3 evidence=" + EVIDENCE);
        goOn();
        assertThat(asked()).isEqualTo(2);

        chain.hurry(WINDOW);
        goOn();
        assertThat(only().state()).isEqualTo(State.EXECUTED);
        assertThat(stake()).isEqualTo(tokens(150));
        goOn();
        assertThat(asked()).isEqualTo(3);
        assertThat(slashes()).isEqualTo(1);
        assertThat(history()).isEqualTo("FOUND EJECTED PROPOSED EXECUTED");
        assertThat(chain.stuck()).isZero();

        // nothing but the chain's own word lets it in again
        rows.update("update node set ban = null, updated_at = clock_timestamp()");
        round();
        assertThat(rows.text("select ban from node where id = ?", miner)).contains("ejected");
        chain.call("ComputeNodes", "reinstate", at(address), new Utf8String("it was repaired"));
        goOn();
        goOn();
        assertThat(rows.text("select coalesce(ban, 'none') from node where id = ?", miner))
                .isEqualTo("none");
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void the_arbiter_gives_back_and_so_does_time() throws Exception {
        reject();
        goOn();
        goOn();
        assertThat(stake()).isEqualTo(tokens(150));
        chain.call("ProviderRegistry", "appeal", new Uint256(1), new Utf8String("a cosmic ray"));
        goOn();
        Sanction appealed = only();
        assertThat(appealed.state()).isEqualTo(State.APPEALED);
        assertThat(appealed.decideUntil()).isAfter(appealed.foundAt());
        chain.callAs(
                ARBITER,
                "ProviderRegistry",
                "decideAppeal",
                new Uint256(1),
                new Bool(false),
                new Utf8String("so it was"));
        goOn();
        assertThat(only().state()).isEqualTo(State.OVERTURNED);
        assertThat(stake()).isEqualTo(tokens(200));

        chain.call("ComputeNodes", "reinstate", at(address), new Utf8String("it was a cosmic ray"));
        chain.settle();
        chain.call("Validators", "cast", rejection(4));
        goOn();
        goOn();
        chain.call("ProviderRegistry", "appeal", new Uint256(2), new Utf8String("another one"));
        goOn();
        chain.hurry(WINDOW);
        goOn();
        assertThat(facade.list(State.LAPSED, node.address(), chain.operator(), null, 10)
                        .items())
                .hasSize(1);
        assertThat(stake()).isEqualTo(tokens(200));
        assertThat(slashes()).isEqualTo(2);
        assertThat(facade.list(null, null, null, null, 1).nextCursor()).isNotNull();
        assertThat(facade.list(null, null, ARBITER, null, 1).items()).isEmpty();
    }

    @Test
    void an_operator_takes_one_back_within_the_window() throws Exception {
        reject();
        round();
        UUID id = only().id();
        assertThatExceptionOfType(CoordinatorException.class)
                .isThrownBy(() -> facade.withdraw(operator, id, "too early"))
                .withMessageContaining("proposed");
        goOn();
        Sanction withdrawing = facade.withdraw(operator, id, "the validator was wrong");
        assertThat(withdrawing.withdrawal()).isEqualTo("the validator was wrong");
        assertThatExceptionOfType(CoordinatorException.class).isThrownBy(() -> facade.withdraw(operator, id, "again"));
        goOn();
        assertThat(only().state()).isEqualTo(State.WITHDRAWN);
        assertThat(stake()).isEqualTo(tokens(200));
        chain.hurry(WINDOW);
        goOn();
        assertThat(only().state()).isEqualTo(State.WITHDRAWN);
        assertThatExceptionOfType(CoordinatorException.class).isThrownBy(() -> facade.retry(operator, id));
        assertThat(rows.text("select string_agg(action, ' ') from audit")).isEqualTo("sanction.withdraw");
    }

    @Test
    void a_missing_role_is_named_and_what_was_refused_is_tried_again_by_an_operator() throws Exception {
        for (var role :
                Map.of("SLASHER", "ProviderRegistry", "EJECTOR", "ComputeNodes").entrySet()) {
            chain.call(
                    role.getValue(),
                    "revokeRole",
                    role(role.getKey()),
                    at(chain.operator().text()));
        }
        chain.settle();
        reject();
        goOn();
        goOn();
        Sanction refused = only();
        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.refusal()).contains("SLASHER of ProviderRegistry");
        assertThat(refused.ejectionRefusal()).contains("EJECTOR of ComputeNodes");
        assertThat(stake()).isEqualTo(tokens(200));
        goOn();
        assertThat(history().split(" ")).containsExactlyInAnyOrder("FOUND", "REFUSED", "NOT_EJECTED");

        for (var role :
                Map.of("SLASHER", "ProviderRegistry", "EJECTOR", "ComputeNodes").entrySet()) {
            chain.call(
                    role.getValue(),
                    "grantRole",
                    role(role.getKey()),
                    at(chain.operator().text()));
        }
        chain.settle();
        assertThat(facade.retry(operator, refused.id()).state()).isEqualTo(State.FOUND);
        goOn();
        Sanction proposed = only();
        assertThat(proposed.state()).isEqualTo(State.PROPOSED);
        assertThat(proposed.refusal()).isNull();
        assertThat(proposed.ejectedAt()).isNotNull();
        assertThat(slashes()).isEqualTo(1);
        assertThat(asked()).isEqualTo(2);
    }

    private static Bytes32 role(String name) {
        return new Bytes32(Keccak.digest(name.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void where_sanctions_are_off_it_is_said_and_nothing_is_asked() throws Exception {
        config.read(new ConfigReader(key -> switch (key) {
            case "pithead.sanction.enabled" -> Optional.of("false");
            case "pithead.sanction.slash" -> Optional.of("7.5");
            default -> Optional.empty();
        }));
        reject();
        goOn();
        assertThat(only().state()).isEqualTo(State.REFUSED);
        assertThat(only().refusal()).contains("pithead.sanction.enabled");
        assertThat(asked()).isZero();
        assertThatExceptionOfType(CoordinatorException.class).isThrownBy(() -> facade.retry(operator, only().id()));

        config = new SanctionConfig();
        facade.config = config;
        facade.retry(operator, only().id());
        goOn();
        assertThat(only().state()).isEqualTo(State.PROPOSED);
        assertThat(only().held()).isEqualTo("7.500000");
    }

    /** Each round is a life of its own, as after a restart. */
    @Test
    void what_was_followed_is_not_read_again_until_the_chain_is() throws Exception {
        reject();
        goOn();
        assertThat(only().state()).isEqualTo(State.PROPOSED);
        long next = next();
        assertThat(next).isPositive();
        String planted = "0x" + "77".repeat(20);
        plant(planted);
        goOn();
        assertThat(next()).isGreaterThan(next);
        assertThat(found(planted)).isZero();

        UUID miner = rows.node(rows.account());
        rows.update(
                "update node set capabilities = (capabilities::jsonb || jsonb_build_object('node_address', ?::text))::json,"
                        + " updated_at = clock_timestamp() where id = ?",
                address,
                miner);
        round();
        assertThat(rows.text("select ban from node where id = ?", miner))
                .as("who came after the ejection was read")
                .isEqualTo("ejected on chain 31337 as " + address);

        chain.readAgain();
        plant(planted);
        round();
        assertThat(found(planted)).isOne();
        assertThat(found(address)).isOne();
        assertThat(next()).isGreaterThan(next);
    }

    /** In the block in which the other one was rejected. */
    private void plant(String node) {
        rows.update(
                "insert into chain_state (chain_id, kind, key, block, log_index, body)"
                        + " select chain_id, kind, replace(key, ?, ?), block, log_index, body from chain_state s"
                        + " where key = ? || '/2' and kind = 'rejection' or key = ? and kind = 'node' and exists ("
                        + "select 1 from chain_state r where r.key = ? || '/2' and r.kind = 'rejection'"
                        + " and (r.block, r.log_index) = (s.block, s.log_index))",
                address,
                node,
                address,
                address,
                address);
    }

    private long next() {
        return rows.number("select next_block from sanction_feed where chain_id = 31337");
    }

    private long found(String node) {
        return rows.number("select count(*) from sanction where node = ?", node);
    }

    @Test
    void a_rejection_that_was_taken_back_and_came_again_is_found_once() throws Exception {
        chain.call("Validators", "add", at(SECOND_VALIDATOR.text()));
        chain.settle();
        round();
        chain.callAs(SECOND_VALIDATOR, "Validators", "cast", rejection(2));
        chain.look();
        assertThat(rows.number("select count(*) from chain_state where kind = 'rejection'"))
                .isOne();
        round();
        chain.reorganise(1);
        assertThat(rows.number("select count(*) from chain_state where kind = 'rejection'"))
                .isZero();
        round();
        assertThat(found(address)).isZero();

        chain.callAs(SECOND_VALIDATOR, "Validators", "cast", rejection(2));
        round();
        assertThat(found(address)).isZero();
        chain.settle();
        round();
        round();
        assertThat(found(address)).isOne();
    }

    /** Killed at each commit in turn, before it or when nobody heard of it any more. */
    @Test
    void however_often_it_is_killed_each_thing_is_asked_for_once() throws Exception {
        reject();
        for (int step = 0; step < 4; step++) {
            for (int commit = 0; commit < 6; commit++) {
                dies(commit, commit % 2 == 0);
                dies(commit, commit % 2 == 1);
            }
            chain.settle();
            if (step == 1) {
                chain.hurry(WINDOW);
            }
        }
        round();
        assertThat(only().state()).isEqualTo(State.EXECUTED);
        assertThat(asked()).isEqualTo(3);
        assertThat(slashes()).isEqualTo(1);
        assertThat(history().split(" ")).containsExactlyInAnyOrder("FOUND", "EJECTED", "PROPOSED", "EXECUTED");
        assertThat(stake()).isEqualTo(tokens(150));
    }

    private void dies(int commit, boolean after) {
        try {
            keeper(new Database(dying(commit, after))).round(Instant.now());
        } catch (DatabaseException e) {
            // killed
        }
    }

    private DataSource dying(int commit, boolean after) {
        var left = new AtomicInteger(commit);
        DataSource source = rows.dataSource();
        return (DataSource) proxy(DataSource.class, (proxy, method, arguments) -> {
            Object result = call(source, method, arguments);
            return result instanceof Connection connection ? dying(connection, left, after) : result;
        });
    }

    private static Connection dying(Connection connection, AtomicInteger left, boolean after) {
        return (Connection) proxy(Connection.class, (proxy, method, arguments) -> {
            boolean dies = method.getName().equals("commit") && left.getAndDecrement() == 0;
            if (dies && !after) {
                throw new SQLException("killed before the commit");
            }
            Object result = call(connection, method, arguments);
            if (dies) {
                throw new SQLException("killed after the commit");
            }
            return result;
        });
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(KeeperIT.class.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private static Object call(Object on, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
