package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.protocol.chain.ChainOrder;
import io.pithead.protocol.chain.MintRequest;
import io.pithead.protocol.chain.StakeTerms;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/** On our contracts, as they are deployed to a development chain. */
class ChainOrdersIT {
    private static final long CHAIN = 31_337;
    private static final long FAR = 4_000_000_000L;

    private final ChainOrders orders = new ChainOrders();
    private ChainRig rig;
    private Caller operator;
    private Map<String, String> made;

    @BeforeEach
    void open() throws Exception {
        rig = new ChainRig(CHAIN);
        made = rig.deployAll(10);
        operator = new Caller(rig.database.account(), UUID.randomUUID(), Scope.ADMIN, "ph_admin_x");
        orders.database = rig.database.database();
        orders.chains = rig.known();
        orders.gateway = rig.gateway;
        orders.outbox = new Outbox();
        orders.audit = new Audit();
    }

    @AfterEach
    void close() throws Exception {
        // there is none where there is no chain, and the test is skipped
        if (rig != null) {
            rig.close();
        }
    }

    private String at(String contract) {
        return made.getOrDefault(contract, "");
    }

    private Address provider() {
        return new Address(rig.key.address());
    }

    private String state(String kind, String key, String member) throws Exception {
        ChainRig.read(rig.indexer());
        return rig.database.text(
                "select coalesce((select body::json->>? from chain_state where kind = ? and key = ?"
                        + " order by block desc, log_index desc limit 1), 'none')",
                member,
                kind,
                key);
    }

    private ChainOrder done(ChainOrder order) throws Exception {
        rig.finish(rig.sender());
        ChainOrder after = orders.find(CHAIN, order.id());
        assertThat(after.error()).isNull();
        assertThat(after.state()).isEqualTo("DONE");
        assertThat(after.hash()).isNotNull();
        return after;
    }

    private void registered() throws Exception {
        orders.mint(operator, CHAIN, new MintRequest(provider().text(), "1000"));
        rig.ask(
                "approve",
                Calls.call(
                        at("AiToken"),
                        "approve",
                        new org.web3j.abi.datatypes.Address(at("ProviderRegistry")),
                        new Uint256(1_000_000_000)));
        rig.ask("register", Calls.call(at("ProviderRegistry"), "register", new Uint256(200_000_000)));
        rig.finish(rig.sender());
    }

    private Address node() throws Exception {
        WalletKey node = WalletKey.generate(new SecureRandom());
        var terms = new ContractMessages.RegistrationTerms(
                CHAIN, new Address(at("ComputeNodes")), provider(), node.address(), BigInteger.ZERO, FAR);
        rig.ask(
                "node",
                Calls.call(
                        at("ComputeNodes"),
                        "register",
                        new org.web3j.abi.datatypes.Address(node.address().text()),
                        new Utf8String("https://example.org/node.json"),
                        new Uint256(FAR),
                        new DynamicBytes(
                                node.sign(ContractMessages.registration(terms)).bytes())));
        rig.finish(rig.sender());
        return node.address();
    }

    @Test
    void a_provider_is_let_in_and_kept_out_and_pardoned() throws Exception {
        registered();
        String address = provider().text();

        done(orders.provider(operator, CHAIN, "whitelist", provider(), null));
        assertThat(state("provider", address, "whitelisted")).isEqualTo("true");
        done(orders.provider(operator, CHAIN, "blacklist", provider(), "fakes"));
        assertThat(state("provider", address, "blacklisted")).isEqualTo("true");
        assertThat(state("provider", address, "reason")).isEqualTo("fakes");
        done(orders.provider(operator, CHAIN, "pardon", provider(), "a mistake"));
        assertThat(state("provider", address, "blacklisted")).isEqualTo("false");
        done(orders.provider(operator, CHAIN, "whitelist", provider(), null));
        done(orders.provider(operator, CHAIN, "delist", provider(), "asleep"));
        assertThat(state("provider", address, "whitelisted")).isEqualTo("false");
        assertThat(rig.database.number(
                        "select count(*) from audit where action like 'chain.%' and target = ?", address))
                .isEqualTo(6);
    }

    @Test
    void a_node_is_approved_in_its_present_round_and_ejected_and_comes_back() throws Exception {
        registered();
        done(orders.provider(operator, CHAIN, "whitelist", provider(), null));
        Address node = node();

        done(orders.node(operator, CHAIN, "approve", node, null));
        assertThat(state("node", node.text(), "validated")).isEqualTo("true");
        done(orders.node(operator, CHAIN, "eject", node, "no answer"));
        assertThat(state("node", node.text(), "ejected")).isEqualTo("true");
        done(orders.node(operator, CHAIN, "reinstate", node, "back"));
        done(orders.node(operator, CHAIN, "reject", node, "a fake"));
        assertThat(state("node", node.text(), "validated")).isEqualTo("false");
        done(orders.node(operator, CHAIN, "approve", node, null));
        assertThat(state("node", node.text(), "validated")).isEqualTo("true");
    }

    @Test
    void the_stake_terms_change_when_they_were_announced_and_only_as_announced() throws Exception {
        var terms = new StakeTerms("7", "3", provider().text(), 60L, 60L, 60L);
        ChainOrder announced = done(orders.announce(operator, CHAIN, terms));

        var others = new StakeTerms("0", "3", provider().text(), 60L, 60L, 60L);
        ChainOrder never = orders.apply(operator, CHAIN, announced.id(), others);
        rig.finish(rig.sender());
        assertThat(orders.find(CHAIN, never.id()).state()).isEqualTo("REFUSED");

        done(orders.apply(operator, CHAIN, announced.id(), terms));
        Intent required =
                Calls.call(at("ProviderRegistry"), "requiredStake", new org.web3j.abi.datatypes.generated.Uint32(2));
        assertThat(new BigInteger(1, rig.known().read(CHAIN, required))).isEqualTo(13_000_000);
    }

    @Test
    void a_pause_holds_until_it_is_lifted() throws Exception {
        done(orders.pause(operator, CHAIN, "ProviderRegistry", true));
        rig.ask("paused", Calls.call(at("ProviderRegistry"), "register", new Uint256(200_000_000)));
        rig.finish(rig.sender());
        assertThat(rig.database.text("select error_code from chain_transaction where purpose = 'paused'"))
                .isEqualTo("UNAVAILABLE");
        done(orders.pause(operator, CHAIN, "ProviderRegistry", false));
        registered();
        assertThat(state("provider", provider().text(), "stake")).isEqualTo("200000000");
    }

    @Test
    void validators_come_and_go() throws Exception {
        Address second = new Address(ChainRig.nobody());
        done(orders.validator(operator, CHAIN, "add", second));
        assertThat(state("validator", second.text(), "member")).isEqualTo("true");
        ChainOrder twice = orders.validator(operator, CHAIN, "add", second);
        rig.finish(rig.sender());
        assertThat(orders.find(CHAIN, twice.id()).error()).contains("AlreadyValidator");
        done(orders.validator(operator, CHAIN, "remove", second));
        assertThat(state("validator", second.text(), "member")).isEqualTo("false");
        assertThat(rig.database.text("select string_agg(action, ' ' order by id) from audit"))
                .isEqualTo("chain.add_validator chain.add_validator chain.remove_validator");
    }

    @Test
    void what_is_no_order_asks_nothing_of_the_chain() throws Exception {
        long before = rig.database.number("select count(*) from chain_transaction");
        Address nobody = new Address(ChainRig.nobody());

        refused(ErrorCode.NOT_FOUND, () -> orders.provider(operator, CHAIN, "bless", nobody, "why"));
        refused(ErrorCode.INVALID_PAYLOAD, () -> orders.provider(operator, CHAIN, "blacklist", nobody, " "));
        refused(ErrorCode.INVALID_PAYLOAD, () -> orders.node(operator, CHAIN, "reject", nobody, null));
        refused(ErrorCode.CONFLICT_STATE, () -> orders.node(operator, CHAIN, "approve", nobody, null));
        refused(ErrorCode.NOT_FOUND, () -> orders.pause(operator, CHAIN, "AiToken", true));
        refused(ErrorCode.NOT_FOUND, () -> orders.validator(operator, CHAIN, "replace", nobody));
        refused(ErrorCode.NOT_FOUND, () -> orders.provider(operator, 5, "whitelist", nobody, null));
        refused(ErrorCode.NOT_FOUND, () -> orders.find(CHAIN, UUID.randomUUID()));
        assertThat(rig.database.number("select count(*) from chain_transaction"))
                .isEqualTo(before);
        assertThat(rig.database.number("select count(*) from audit where action like 'chain.%'"))
                .isZero();
    }

    private static void refused(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable order) {
        assertThatExceptionOfType(CoordinatorException.class)
                .isThrownBy(order)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void everybody_may_know_the_contracts_and_nobody_the_nodes_addresses() {
        var chain = orders.terms(CHAIN).chains().getFirst();
        assertThat(chain.settles()).isTrue();
        assertThat(chain.operator()).isEqualTo(rig.key.address());
        assertThat(chain.contracts()).hasSize(ContractFiles.NAMES.size());
        assertThat(List.of(orders.terms(null)).toString())
                .doesNotContain(rig.anvil.url().getHost());
        assertThat(orders.terms(null).chains().getFirst().settles()).isFalse();
    }
}
