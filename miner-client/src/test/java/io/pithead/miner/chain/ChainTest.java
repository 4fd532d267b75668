package io.pithead.miner.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.miner.chain.core.Network;
import io.pithead.miner.testing.FakeNode;
import io.pithead.miner.testing.Members;
import io.pithead.protocol.signing.Address;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against nodes that are away, of another chain, or lie. */
class ChainTest {
    private static final Network NETWORK = Members.NETWORK;
    private static final Address SOMEBODY = Members.SOMEBODY.address();

    private final FakeNode first = new FakeNode(NETWORK.chain());
    private final FakeNode second = new FakeNode(NETWORK.chain());

    ChainTest() throws IOException {}

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static Chain chain(OptionalLong id, FakeNode... nodes) {
        List<URI> urls = Stream.of(nodes).map(FakeNode::url).toList();
        return new Chain(urls, Duration.ofSeconds(2), id);
    }

    private Chain chain() {
        return chain(OptionalLong.of(NETWORK.chain()), first, second);
    }

    private void stakes(FakeNode node, long tokens) {
        node.returns(NETWORK.at(Network.TOKEN), "balanceOf(address)", FakeNode.word(tokens));
    }

    private static void assertUnknown(Chain chain, String why) {
        assertThatExceptionOfType(RpcException.class)
                .isThrownBy(() -> new Contracts(chain, NETWORK).tokens(SOMEBODY))
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("a-secret-key"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[]",
                "{}",
                "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":\"0x7a69\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"7a69\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x-1\"}"
            })
    void the_next_node_is_asked_when_one_talks_nonsense(String nonsense) throws Exception {
        first.sayOnly(200, nonsense, 0);
        stakes(second, 5);
        try (var chain = chain()) {
            assertThat(new Contracts(chain, NETWORK).tokens(SOMEBODY)).isEqualTo(5);
        }
    }

    @Test
    void one_that_is_silent_too_long_or_answers_too_much_costs_bounded_time_and_memory() throws Exception {
        stakes(second, 5);
        first.sayOnly(200, "{}", 10_000);
        try (var chain = chain()) {
            assertThat(new Contracts(chain, NETWORK).tokens(SOMEBODY)).isEqualTo(5);
        }
        first.sayOnly(200, " ".repeat(HttpNode.MAX_BYTES + 1), 0);
        try (var chain = chain(OptionalLong.empty(), first)) {
            assertUnknown(chain, "node 1 of CHAIN_RPC: it is not reached: IOException");
        }
    }

    @Test
    void no_redirect_is_followed() throws Exception {
        first.sayOnly(301, "", 0);
        try (var chain = chain(OptionalLong.empty(), first)) {
            assertUnknown(chain, "status 301");
        }
    }

    @Test
    void a_node_of_another_chain_is_as_good_as_none() throws Exception {
        first.answer("eth_chainId", FakeNode.quantity(1));
        stakes(first, 1_000_000);
        stakes(second, 5);
        try (var chain = chain()) {
            assertThat(new Contracts(chain, NETWORK).tokens(SOMEBODY)).isEqualTo(5);
        }
        assertThat(first.asked()).containsOnly("eth_chainId");
        try (var alone = chain(OptionalLong.of(NETWORK.chain()), first)) {
            assertUnknown(alone, "it is of chain 1, not of 31337");
        }
    }

    @Test
    void the_node_that_answered_last_is_asked_first() throws Exception {
        first.sayOnly(503, "", 0);
        stakes(second, 5);
        try (var chain = chain()) {
            var contracts = new Contracts(chain, NETWORK);
            contracts.tokens(SOMEBODY);
            first.sayTheUsual();
            stakes(first, 6);
            assertThat(contracts.tokens(SOMEBODY)).isEqualTo(5);
        }
    }

    @Test
    void a_contracts_refusal_is_the_answer_and_no_other_node_is_asked() throws Exception {
        stakes(second, 5);
        try (var chain = chain()) {
            assertUnknown(chain, "execution reverted");
        }
        assertThat(second.asked()).isEmpty();
    }

    @Test
    void words_that_are_missing_or_point_elsewhere_are_no_answer() throws Exception {
        Address providers = NETWORK.at(Network.PROVIDERS);
        try (var chain = chain(OptionalLong.empty(), first)) {
            var contracts = new Contracts(chain, NETWORK);
            first.returns(providers, "get(address)", FakeNode.word(1));
            assertThatExceptionOfType(RpcException.class).isThrownBy(() -> contracts.provider(SOMEBODY));
            first.returns(providers, "unbondsOf(address)", "f".repeat(64));
            assertThatExceptionOfType(RpcException.class).isThrownBy(() -> contracts.unbonds(SOMEBODY));
            first.returns(providers, "unbondsOf(address)", FakeNode.word(32), FakeNode.word(1_000_000));
            assertThatExceptionOfType(RpcException.class).isThrownBy(() -> contracts.unbonds(SOMEBODY));
            first.returns(providers, "standingOf(address)", FakeNode.word(9));
            assertThatExceptionOfType(RpcException.class).isThrownBy(() -> contracts.standing(SOMEBODY));
            first.returns(NETWORK.at(Network.RUNS), "managerOf(uint256)", "f".repeat(64));
            assertThatExceptionOfType(RpcException.class).isThrownBy(() -> contracts.managerOf(1));
        }
    }

    @Test
    void other_code_than_was_confirmed_is_never_called() throws Exception {
        try (var chain = chain(OptionalLong.empty(), first)) {
            var contracts = new Contracts(chain, NETWORK);
            contracts.check(Network.NEEDED);
            first.answer("eth_getCode", "0x6001");
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> contracts.check(Network.NEEDED))
                    .withMessageContaining("other code");
            first.answer("eth_getCode", "0x");
            assertThatExceptionOfType(ChainException.class)
                    .isThrownBy(() -> contracts.check(Network.NEEDED))
                    .withMessageContaining("AiToken is not at");
        }
    }
}
