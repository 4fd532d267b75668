package io.pithead.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.chain.DeployedChain;
import io.pithead.coordinator.discovery.ChainFeed;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.ledger.LedgerDesk;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.node.core.Pace;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.run.InviteAnswer;
import io.pithead.protocol.run.RunIds;
import io.pithead.protocol.run.RunRequest;
import io.pithead.protocol.run.RunView;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint96;

/** Runs on a real chain with our contracts, beside a real database. */
class RunsIT {
    private static final long CHAIN = 31_337;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RunFacade runs = new RunFacade();
    private final RunPlans plans = new RunPlans();
    private final InviteFacade invites = new InviteFacade();
    private final RunRounds rounds = new RunRounds();
    private DeployedChain chain;
    private TestDatabase rows;
    private Database database;
    private ChainFeed feed;
    private UUID buyer;

    @BeforeEach
    void open() throws Exception {
        chain = new DeployedChain(CHAIN);
        rows = chain.rows();
        database = rows.database();
        feed = new ChainFeed(database, chain.known());
        var ledger = LedgerDesk.ledger(database);
        var discovery = new DiscoveryConfig();
        discovery.read(new ConfigReader(key ->
                key.equals("pithead.discovery.audience") ? Optional.of("https://registry.example") : Optional.empty()));
        runs.database = database;
        runs.ledger = ledger;
        runs.chains = chain.known();
        runs.gateway = chain.gateway();
        runs.outbox = new Outbox();
        runs.discovery = discovery;
        runs.config = new RunConfig();
        plans.database = database;
        plans.runs = runs;
        plans.nodes = new NodeFacade() {
            @Override
            public Pace pace() {
                return Pace.of(1, 1_000, Duration.ofSeconds(60), Duration.ofSeconds(3), Duration.ofSeconds(30));
            }
        };
        invites.database = database;
        invites.chains = chain.known();
        invites.gateway = chain.gateway();
        invites.outbox = new Outbox();
        rounds.database = database;
        rounds.chains = chain.known();
        rounds.gateway = chain.gateway();
        rounds.ledger = ledger;
        rounds.outbox = new Outbox();
        rounds.discovery = discovery;
        rounds.config = new RunConfig();
        buyer = rows.account();
        ledger.open(List.of(buyer));
        database.doInTransaction(connection ->
                ledger.post(connection, List.of(Posting.deposit(buyer, Money.parse("100"))), Instant.now()));
        chain.provider(4);
        go();
    }

    @AfterEach
    void close() throws Exception {
        chain.close();
    }

    /** As the loops would, until what was asked for is there and what follows from it is asked for, too. */
    private void go() throws Exception {
        round();
        assertThat(chain.stuck()).as(chain.error()).isZero();
    }

    private void round() throws Exception {
        for (int i = 0; i < 4; i++) {
            chain.settle();
            feed.follow(CHAIN);
            rounds.round();
        }
        chain.settle();
        feed.follow(CHAIN);
    }

    private static RunRequest request(@Nullable String budget, @Nullable String owner) {
        return new RunRequest(
                "r", CHAIN, "ram_mb=1", 2L, 1_000L, Instant.now().plus(Duration.ofDays(1)), budget, owner);
    }

    private RunView create(@Nullable String budget, @Nullable String owner) {
        return runs.create(buyer, request(budget, owner), (connection, run) -> {});
    }

    private RunView now(RunView run) {
        return runs.get(buyer, run.id());
    }

    private String available() {
        return Money.format(BigInteger.valueOf(rows.number(
                "select balance::bigint from ledger_account where account_id = ? and pot = 'AVAILABLE'", buyer)));
    }

    private long escrow(RunView run, String member) {
        return rows.number(
                "select coalesce((select coalesce(body::json->>?, '0')::bigint from chain_state where kind = 'escrow'"
                        + " and key = ? order by block desc, log_index desc limit 1), 0)",
                member,
                String.valueOf(now(run).number()));
    }

    /** What another run on this chain would come to. */
    private String planned() {
        PlanView plan = plans.plan(
                buyer,
                new RunRequest("next", CHAIN, null, 10L, 100L, Instant.now().plus(Duration.ofDays(1)), null, null));
        return plan.matching() + " of " + plan.nodes() + " " + plan.refusals() + " " + plan.reserves();
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void a_run_of_ours_comes_about_and_its_money_is_never_there_twice_and_comes_back() throws Exception {
        refused(ErrorCode.INSUFFICIENT_FUNDS, () -> create("100.000001", null));
        RunView run = create("60", null);
        assertThat(run.state()).isEqualTo("CREATING");
        assertThat(available()).isEqualTo("40.000000");
        refused(ErrorCode.CONFLICT_STATE, () -> runs.start(buyer, run.id()));
        go();
        assertThat(now(run).state()).isEqualTo("PENDING");
        assertThat(now(run).discoveryRun()).isEqualTo(RunIds.discoveryRun(CHAIN, 1));
        assertThat(escrow(run, "deposited")).isEqualTo(60_000_000);
        assertThat(available()).isEqualTo("40.000000");
        runs.start(buyer, run.id());
        go();
        assertThat(now(run).state()).isEqualTo("OPEN");
        assertThat(escrow(run, "reserved")).isEqualTo(60_000_000);
        assertThat(now(run).escrow().credited()).isEqualTo("60.000000");
        assertThat(available()).isEqualTo("100.000000");
        go();
        assertThat(available()).as("once").isEqualTo("100.000000");
        runs.close(buyer, run.id());
        go();
        assertThat(now(run).state()).isEqualTo("ENDED");
        assertThat(escrow(run, "refunded")).isEqualTo(60_000_000);
        assertThat(available()).isEqualTo("100.000000");
        assertThat(rows.number("select sum(balance) from ledger_account")).isZero();
    }

    @Test
    void a_budget_that_never_was_reserved_is_given_back() throws Exception {
        RunView run = create("60", null);
        go();
        runs.close(buyer, run.id());
        go();
        assertThat(now(run).state()).isEqualTo("ENDED");
        assertThat(escrow(run, "refunded")).isEqualTo(60_000_000);
        assertThat(available()).isEqualTo("100.000000");
    }

    @Test
    void a_run_that_a_wallet_creates_is_known_by_its_terms_and_its_money_enters_and_leaves_the_ledger()
            throws Exception {
        var owner = WalletKey.generate(RANDOM).address();
        refused(ErrorCode.INVALID_PAYLOAD, () -> create(null, chain.operator().text()));
        RunView run = create(null, owner.text());
        go();
        assertThat(now(run).state()).isEqualTo("CREATING");
        createAs(WalletKey.generate(RANDOM).address(), run);
        go();
        assertThat(now(run).state()).as("another wallet's is another run").isEqualTo("CREATING");
        createAs(owner, run);
        go();
        assertThat(now(run).number()).isEqualTo(2);
        chain.call("AiToken", "mint", new Address(owner.text()), new Uint256(30_000_000));
        chain.settle();
        chain.callAs(
                owner, "AiToken", "approve", new Address(chain.here().address("RunEscrow")), new Uint256(30_000_000));
        chain.callAs(owner, "RunEscrow", "deposit", new Uint256(2), new Uint256(30_000_000));
        runs.start(buyer, run.id());
        go();
        assertThat(available()).isEqualTo("130.000000");
        chain.callAs(owner, "Runs", "end", new Uint256(2));
        go();
        assertThat(now(run).state()).isEqualTo("ENDED");
        assertThat(available()).isEqualTo("100.000000");
        assertThat(escrow(run, "reserved")).isZero();
        assertThat(now(run).escrow().returned()).isEqualTo("30.000000");
    }

    @Test
    void an_owner_does_not_get_back_what_its_wallet_here_has_spent() throws Exception {
        var owner = WalletKey.generate(RANDOM).address();
        RunView run = create(null, owner.text());
        createAs(owner, run);
        chain.call("AiToken", "mint", new Address(owner.text()), new Uint256(30_000_000));
        go();
        chain.callAs(
                owner, "AiToken", "approve", new Address(chain.here().address("RunEscrow")), new Uint256(30_000_000));
        chain.callAs(owner, "RunEscrow", "deposit", new Uint256(1), new Uint256(30_000_000));
        runs.start(buyer, run.id());
        go();
        assertThat(available()).isEqualTo("130.000000");
        // all but 18, by jobs or by a payout: it is the same to the escrow
        database.doInTransaction(connection ->
                rounds.ledger.post(connection, List.of(Posting.withdrawal(buyer, Money.parse("112"))), Instant.now()));
        go();
        assertThat(escrow(run, "released")).isEqualTo(12_000_000);
        go();
        assertThat(escrow(run, "released")).as("once").isEqualTo(12_000_000);
        database.doInTransaction(connection ->
                rounds.ledger.post(connection, List.of(Posting.withdrawal(buyer, Money.parse("8"))), Instant.now()));
        chain.callAs(owner, "Runs", "end", new Uint256(1));
        go();
        assertThat(escrow(run, "released")).isEqualTo(20_000_000);
        assertThat(escrow(run, "reserved")).isZero();
        assertThat(available()).isEqualTo("0.000000");
        chain.callAs(owner, "RunEscrow", "refund", new Uint256(1));
        go();
        assertThat(escrow(run, "refunded")).isEqualTo(10_000_000);
        assertThat(rows.number("select (body::json->>'funded')::bigint from chain_state where kind = 'rewards'"
                        + " order by block desc, log_index desc limit 1"))
                .isEqualTo(20_000_000);
        assertThat(rows.number("select sum(balance) from ledger_account")).isZero();
    }

    private void createAs(io.pithead.protocol.signing.Address owner, RunView run) throws Exception {
        chain.callAs(
                owner,
                "Runs",
                "create",
                new DynamicStruct(
                        new Address(run.manager()),
                        new Uint32(run.maxNodes()),
                        new Uint96(run.maxUnits()),
                        new Uint64(run.endsAt().getEpochSecond()),
                        new Utf8String(""),
                        new Utf8String(run.discoveryUri())));
    }

    @Test
    void blocks_that_are_taken_back_take_the_run_back_to_its_beginning() throws Exception {
        RunView run = create(null, null);
        go();
        assertThat(now(run).state()).isEqualTo("PENDING");
        rows.update("delete from discovery_run where chain = ?", CHAIN);
        rounds.round();
        assertThat(now(run).state()).isEqualTo("CREATING");
        assertThat(now(run).number()).isNull();
        new ChainFeed(database, chain.known()).follow(CHAIN);
        rounds.round();
        assertThat(now(run).state()).isEqualTo("PENDING");
    }

    private UUID machine(UUID account, WalletKey node) {
        UUID id = rows.node(account);
        rows.update(
                "update node set capabilities = json_build_object('node_address', ?::text) where id = ?",
                node.address().checksummed(),
                id);
        return id;
    }

    private void announced(RunView run, WalletKey node) {
        rows.update(
                "insert into discovery_node (chain, address, run, hardware, origin) values (?, ?, ?, '{}',"
                        + " decode(repeat('00', 32), 'hex')) on conflict (chain, address) do update set seen_at = now()",
                CHAIN,
                node.address().text(),
                Objects.requireNonNull(now(run).discoveryRun()));
    }

    /** However long the test takes. */
    private void beats(UUID machine) {
        rows.update(
                "insert into node_liveness (node_id, last_seen_at) values (?, now() + interval '1 hour')"
                        + " on conflict (node_id) do nothing",
                machine);
    }

    private List<Invite> offered(UUID machine) {
        return database
                .withConnection(connection -> invites.directives(connection, List.of(machine)))
                .getOrDefault(machine, List.of())
                .stream()
                .map(Directive::invite)
                .filter(Objects::nonNull)
                .toList();
    }

    private static InviteAnswer yes(WalletKey node, Invite invite) {
        return new InviteAnswer(
                node.sign(ContractMessages.acceptance(invite.terms())).toString());
    }

    private String node(RunView run, WalletKey node) {
        return runs.nodes(buyer, run.id(), 10, null).items().stream()
                .filter(one -> one.address().equals(node.address().text()))
                .map(one -> one.state() + " " + one.reason())
                .findFirst()
                .orElse("none");
    }

    @Test
    void a_node_is_invited_joins_works_and_is_put_out_and_each_step_has_its_reason() throws Exception {
        WalletKey node = WalletKey.generate(RANDOM);
        chain.node(node);
        UUID miner = rows.account();
        UUID machine = machine(miner, node);
        RunView run = create(null, null);
        go();
        assertThat(planned()).isEqualTo("0 of 0 {} 0.000000");
        rows.update(
                "update node set capabilities = (capabilities::jsonb || '{\"miner_id\":\"m\",\"mode\":\"cpu\"}')::json"
                        + " where id = ?",
                machine);
        beats(machine);
        assertThat(planned()).isEqualTo("1 of 1 {} 0.000000");
        runs.start(buyer, run.id());
        go();
        rounds.round();
        assertThat(node(run, node)).isEqualTo("none");
        announced(run, node);
        rounds.round();
        assertThat(node(run, node)).isEqualTo("DISCOVERED ANNOUNCED");
        Invite invite = offered(machine).getFirst();
        assertThat(invite.hasGoodSignature()).isTrue();
        assertThat(invite.manager()).isEqualTo(chain.operator().text());
        rounds.round();
        assertThat(offered(machine)).as("the same until it is over").containsExactly(invite);

        WalletKey stranger = WalletKey.generate(RANDOM);
        refused(ErrorCode.INVALID_PAYLOAD, () -> invites.accept(miner, invite.id(), yes(stranger, invite)));
        refused(ErrorCode.NOT_FOUND, () -> invites.accept(rows.account(), invite.id(), yes(node, invite)));
        refused(ErrorCode.NOT_FOUND, () -> invites.accept(miner, UUID.randomUUID(), yes(node, invite)));
        assertThat(node(run, node)).isEqualTo("DISCOVERED ANNOUNCED");
        invites.accept(miner, invite.id(), yes(node, invite));
        invites.accept(miner, invite.id(), yes(node, invite));
        assertThat(node(run, node)).isEqualTo("WAITING_FOR_HEARTBEAT INVITE_TAKEN");
        assertThat(offered(machine)).isEmpty();
        beats(machine);
        go();
        assertThat(node(run, node)).isEqualTo("HEALTHY HEARD");
        assertThat(now(run).nodes()).isEqualTo(1);
        assertThat(planned()).isEqualTo("0 of 1 {IN_ANOTHER_RUN=1} 0.000000");

        rows.update("update node set ban = 'it cheats' where id = ?", machine);
        rounds.round();
        assertThat(node(run, node)).isEqualTo("BANNED BANNED_BY_OPERATOR");
        rows.update("update node set ban = null where id = ?", machine);
        rounds.round();
        rounds.round();
        assertThat(node(run, node)).isEqualTo("HEALTHY HEARD");
        chain.call("ComputeNodes", "eject", new Address(node.address().text()), new Utf8String("a fake"));
        go();
        assertThat(node(run, node)).isEqualTo("EJECTED NODE_EJECTED");
        assertThat(rows.text("select string_agg(state, ' ' order by seq) from run_node_event"))
                .isEqualTo("DISCOVERED WAITING_FOR_HEARTBEAT HEALTHY BANNED DISCOVERED HEALTHY EJECTED");
    }

    @Test
    void a_node_that_is_dead_for_long_loses_its_place_and_may_come_again() throws Exception {
        WalletKey node = WalletKey.generate(RANDOM);
        chain.node(node);
        UUID machine = machine(rows.account(), node);
        RunView run = create(null, null);
        go();
        runs.start(buyer, run.id());
        go();
        announced(run, node);
        rounds.round();
        Invite invite = offered(machine).getFirst();
        invites.accept(account(machine), invite.id(), yes(node, invite));
        beats(machine);
        go();
        assertThat(node(run, node)).isEqualTo("HEALTHY HEARD");
        rows.update("update node_liveness set last_seen_at = now() - interval '1 day'");
        rounds.round();
        rows.update("update run_node set since = now() - interval '10 minutes'");
        rounds.round();
        assertThat(node(run, node)).isEqualTo("DEAD SILENT");
        go();
        assertThat(placed(node)).as("it may come back yet").isEqualTo(1);

        rows.update("update run_node set since = now() - interval '2 hours'");
        go();
        assertThat(placed(node)).isZero();
        assertThat(rows.number("select count(*) from chain_transaction where purpose like '%/dismiss/%'"))
                .as("once")
                .isEqualTo(1);
        rows.update("update node_liveness set last_seen_at = now() + interval '1 hour'");
        rounds.round();
        rounds.round();
        Invite again = offered(machine).getFirst();
        invites.accept(account(machine), again.id(), yes(node, again));
        go();
        assertThat(node(run, node)).isEqualTo("HEALTHY HEARD");
        assertThat(placed(node)).isEqualTo(1);
    }

    private long placed(WalletKey node) {
        return rows.number(
                "select coalesce((select placed from discovery_chain_node where address = ?), 0)",
                node.address().text());
    }

    @Test
    void an_invite_ends_with_its_time_and_another_follows_and_a_closed_run_has_none() throws Exception {
        WalletKey node = WalletKey.generate(RANDOM);
        chain.node(node);
        UUID machine = machine(rows.account(), node);
        RunView run = create(null, null);
        go();
        runs.start(buyer, run.id());
        go();
        announced(run, node);
        rounds.round();
        Invite first = offered(machine).getFirst();
        rows.update("update invite set expires_at = now() - interval '1 s'");
        refused(ErrorCode.CONFLICT_STATE, () -> invites.accept(account(machine), first.id(), yes(node, first)));
        assertThat(offered(machine)).isEmpty();
        rounds.round();
        Invite second = offered(machine).getFirst();
        assertThat(second.nonce()).isEqualTo(first.nonce() + 1);
        runs.close(buyer, run.id());
        go();
        assertThat(offered(machine)).isEmpty();
        refused(ErrorCode.CONFLICT_STATE, () -> invites.accept(account(machine), second.id(), yes(node, second)));
    }

    @Test
    void what_contracts_time_goes_by_the_chains_clock() throws Exception {
        chain.hurry(Duration.ofHours(2));
        WalletKey node = WalletKey.generate(RANDOM);
        chain.node(node);
        UUID miner = rows.account();
        UUID machine = machine(miner, node);
        RunView run = create("60", null);
        go();
        runs.start(buyer, run.id());
        go();
        announced(run, node);
        rounds.round();
        Invite invite = offered(machine).getFirst();
        invites.accept(miner, invite.id(), yes(node, invite));
        beats(machine);
        go();
        assertThat(node(run, node)).isEqualTo("HEALTHY HEARD");
        assertThat(escrow(run, "reserved")).isEqualTo(60_000_000);

        chain.hurry(Duration.ofDays(1));
        round();
        assertThat(now(run).endsAt()).isAfter(Instant.now());
        assertThat(now(run).state()).isEqualTo("ENDED");
        assertThat(chain.error()).as("the escrow's grace is over as well").contains("RunEscrow_GraceOver");
        round();
        assertThat(escrow(run, "refunded")).isEqualTo(60_000_000);
        assertThat(available()).isEqualTo("100.000000");
    }

    private UUID account(UUID machine) {
        return UUID.fromString(rows.text("select account_id::text from node where id = ?", machine));
    }

    @Test
    void runs_are_their_buyers_own() {
        RunView run = create(null, null);
        UUID thief = rows.account();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> runs.get(thief, run.id()),
                () -> runs.start(thief, run.id()),
                () -> runs.close(thief, run.id()),
                () -> runs.nodes(thief, run.id(), 10, null))) {
            refused(ErrorCode.NOT_FOUND, call);
        }
        assertThat(runs.list(thief, 10, null).items()).isEmpty();
        assertThat(runs.list(buyer, 10, null).items()).hasSize(1);
    }
}
