package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.chain.ValidatorVotes.Outcome;
import io.pithead.coordinator.chain.ValidatorVotes.Vote;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/** A validator's votes, on our contracts, where the rig's key is the one validator. */
class ValidatorVotesIT {
    private static final long CHAIN = 31_337;
    private static final long FAR = 4_000_000_000L;

    private final ValidatorVotes votes = new ValidatorVotes();
    private ChainRig rig;
    private Map<String, String> made;

    @BeforeEach
    void open() throws Exception {
        rig = new ChainRig(CHAIN);
        made = rig.deployAll(10);
        votes.database = rig.database.database();
        votes.chains = rig.known();
        votes.gateway = rig.gateway;
        votes.outbox = new Outbox();
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

    /** A node of a provider that is let in. */
    private String registered() throws Exception {
        KnownChains.Known chain = rig.known().find(CHAIN).orElseThrow();
        String provider = rig.key.address();
        rig.ask("mint", OperatorCalls.mint(chain, provider, "1000"));
        rig.ask(
                "approve",
                Calls.call(
                        at("AiToken"),
                        "approve",
                        new org.web3j.abi.datatypes.Address(at("ProviderRegistry")),
                        new Uint256(1_000_000_000)));
        rig.ask("register", Calls.call(at("ProviderRegistry"), "register", new Uint256(200_000_000)));
        rig.finish(rig.sender());
        rig.ask("whitelist", OperatorCalls.provider(chain, OperatorCalls.ProviderAct.WHITELIST, provider, ""));
        WalletKey node = WalletKey.generate(new SecureRandom());
        var terms = new ContractMessages.RegistrationTerms(
                CHAIN, new Address(at("ComputeNodes")), new Address(provider), node.address(), BigInteger.ZERO, FAR);
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
        return node.address().text();
    }

    private String node(String node, String member) throws Exception {
        rig.finish(rig.sender());
        ChainRig.read(rig.indexer());
        return rig.database.text(
                "select coalesce((select body::json->>? from chain_state where kind = 'node' and key = ?"
                        + " order by block desc, log_index desc limit 1), 'none')",
                member,
                node);
    }

    @Test
    void a_node_is_approved_once_and_rejected_once() throws Exception {
        String node = registered();
        assertThat(node(node, "registered")).isEqualTo("true");

        assertThat(votes.cast(CHAIN, node, Vote.APPROVE, "challenge 1")).isEqualTo(Outcome.CAST);
        assertThat(votes.cast(CHAIN, node, Vote.APPROVE, "challenge 2")).isEqualTo(Outcome.CAST);
        assertThat(node(node, "validated")).isEqualTo("true");
        assertThat(votes.cast(CHAIN, node, Vote.APPROVE, "challenge 3")).isEqualTo(Outcome.STANDS);

        assertThat(votes.cast(CHAIN, node, Vote.REJECT, "challenge 4")).isEqualTo(Outcome.CAST);
        assertThat(node(node, "validated")).isEqualTo("false");
        assertThat(rig.database.number("select count(*) from chain_transaction where purpose like 'vote/%'"))
                .isEqualTo(2);
        assertThat(rig.database.number(
                        "select count(*) from chain_transaction where purpose like 'vote/%' and state = 'DONE'"))
                .isEqualTo(2);
    }

    @Test
    void one_that_was_never_approved_is_rejected_and_again_after_it_described_itself_anew() throws Exception {
        String node = registered();
        assertThat(rejections(node)).isZero();

        assertThat(votes.cast(CHAIN, node, Vote.REJECT, "challenge 1")).isEqualTo(Outcome.CAST);
        assertThat(votes.cast(CHAIN, node, Vote.REJECT, "challenge 2")).isEqualTo(Outcome.CAST);
        assertThat(rejections(node)).isEqualTo(1);
        assertThat(votes.cast(CHAIN, node, Vote.REJECT, "challenge 3")).isEqualTo(Outcome.STANDS);

        rig.ask(
                "describe",
                Calls.call(
                        at("ComputeNodes"),
                        "describe",
                        new org.web3j.abi.datatypes.Address(node),
                        new Utf8String("https://example.org/better.json")));
        assertThat(rejections(node)).isEqualTo(1);
        assertThat(votes.cast(CHAIN, node, Vote.REJECT, "challenge 4")).isEqualTo(Outcome.CAST);
        assertThat(rejections(node)).isEqualTo(2);
        assertThat(votes.cast(CHAIN, node, Vote.REJECT, "challenge 5")).isEqualTo(Outcome.STANDS);
    }

    private long rejections(String node) throws Exception {
        node(node, "validated");
        assertThat(rig.in("REVERTED") + rig.in("REFUSED")).isZero();
        return rig.database.number(
                "select count(*) from chain_state where kind = 'verdict' and key like ?", "%" + node.substring(2));
    }

    @Test
    void a_node_that_the_chain_does_not_know_is_not_voted_on() {
        assertThat(votes.cast(CHAIN, "0x" + "ab".repeat(20), Vote.APPROVE, "challenge"))
                .isEqualTo(Outcome.NO_NODE);
        assertThatThrownBy(() -> votes.cast(5, "0x" + "ab".repeat(20), Vote.APPROVE, "challenge"))
                .isInstanceOf(IllegalStateException.class);
        assertThat(rig.database.number("select count(*) from chain_transaction where purpose like 'vote/%'"))
                .isZero();
    }
}
