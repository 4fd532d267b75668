package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.TextNode;
import io.pithead.coordinator.CoordinatorException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.generated.Uint256;

/** On a real chain and a real database, with a line between them that fails. */
class SenderIT {
    private static final String RUNS_GOVERNOR = "0x00000000000000000000000000000000000000a0";

    private ChainRig rig;
    private String payee;

    @BeforeEach
    void open() throws Exception {
        rig = new ChainRig(31_337);
        payee = ChainRig.nobody();
    }

    @AfterEach
    void close() throws Exception {
        // there is none where there is no chain, and the test is skipped
        if (rig != null) {
            rig.close();
        }
    }

    private void ask(int from, int to) {
        for (int i = from; i < to; i++) {
            rig.ask("pay/" + i, ChainRig.pay(payee, 1));
        }
    }

    /** Each wei is one transaction that the chain has taken. */
    private void assertPaid(int times) throws RpcException {
        assertThat(rig.in("DONE")).isEqualTo(times);
        assertThat(rig.anvil.balance(payee)).isEqualTo(times);
        assertThat(rig.anvil.count(rig.key.address())).isEqualTo(times);
        assertThat(rig.database.number("select next_nonce from chain_sender")).isEqualTo(times);
        assertThat(rig.database.number("select settled from chain_sender")).isEqualTo(times);
    }

    @Test
    void sixteen_threads_that_ask_one_key_have_each_purpose_done_once() throws Exception {
        Callable<HashSet<UUID>> asking = () -> {
            var ids = new HashSet<UUID>();
            for (int i = 0; i < 40; i++) {
                ids.add(rig.ask("pay/" + i, ChainRig.pay(payee, 1)));
            }
            return ids;
        };
        var ids = new HashSet<UUID>();
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (var done : threads.invokeAll(java.util.Collections.nCopies(16, asking))) {
                ids.addAll(done.get());
            }
        }
        rig.finish(rig.sender());

        assertThat(ids).hasSize(40);
        assertPaid(40);
    }

    @Test
    void the_same_purpose_with_something_else_is_refused() {
        rig.ask("pay", ChainRig.pay(payee, 1));

        assertThatExceptionOfType(CoordinatorException.class).isThrownBy(() -> rig.ask("pay", ChainRig.pay(payee, 2)));
        assertThatExceptionOfType(CoordinatorException.class)
                .isThrownBy(() -> rig.ask("pay", ChainRig.pay(ChainRig.nobody(), 1)));
        assertThat(rig.in("ASKED")).isEqualTo(1);
    }

    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Before the first call, after it, before the second, and so on: whatever was written by then is all that is left. */
    @Test
    void a_death_at_any_step_sends_nothing_twice_and_leaves_nothing_out() throws Exception {
        int asked = 0;
        boolean died = true;
        for (int step = 0; died; step++) {
            ask(asked, asked + 3);
            asked += 3;
            died = false;
            var left = new AtomicInteger(step);
            rig.rpc.fails((calls, node) -> {
                if (left.getAndDecrement() == 0) {
                    throw new Died();
                }
                var answers = node.call(calls);
                if (left.getAndDecrement() == 0) {
                    throw new Died();
                }
                return answers;
            });
            Sender sender = rig.sender();
            try {
                for (int i = 0; i < 4; i++) {
                    sender.round();
                    rig.anvil.mine(1);
                }
            } catch (Died e) {
                died = true;
            }
            rig.rpc.heals();
            rig.finish(rig.sender());
            assertPaid(asked);
        }
        assertThat(asked).as("steps that were died at").isGreaterThan(3 * 10);
    }

    @Test
    void a_commit_that_was_not_heard_of_is_gone_on_from() throws Exception {
        ask(0, 2);
        ChainRig.go(rig.sender());
        rig.database.update("update chain_attempt set sent_at = null");
        rig.finish(rig.sender());

        assertPaid(2);
    }

    @Test
    void a_node_that_lies_about_the_nonce_makes_nothing_be_sent_twice_or_left_out() throws Exception {
        ask(0, 5);
        rig.finish(rig.sender());
        ask(5, 10);
        for (String lie : List.of("0x0", "0x3", "0x6", "0x63", "0x7fffffffffffffff")) {
            rig.rpc.lies((call, answer) -> call.method().equals("eth_getTransactionCount")
                    ? new Rpc.Answer(TextNode.valueOf(lie), null)
                    : null);
            Sender sender = rig.sender();
            for (int i = 0; i < 3; i++) {
                ChainRig.go(sender);
                rig.later();
            }
            assertThat(rig.in("SIGNED")).as("while it says " + lie).isZero();
        }
        assertThat(rig.database.number("select count(*) from chain_sender where fault like '%somebody else%'"))
                .isEqualTo(1);
        rig.rpc.heals();
        rig.finish(rig.sender());

        assertPaid(10);
        assertThat(rig.database.number("select count(*) from chain_sender where fault is not null"))
                .isZero();
    }

    @Test
    void a_node_that_says_it_has_mined_what_it_has_not_loses_nothing() throws Exception {
        ask(0, 3);
        ChainRig.go(rig.sender());
        ChainRig.go(rig.sender());
        assertThat(rig.in("SIGNED")).isEqualTo(3);
        rig.rpc.lies((call, answer) ->
                call.method().equals("eth_getTransactionCount") ? new Rpc.Answer(TextNode.valueOf("0x3"), null) : null);
        Sender sender = rig.sender();
        for (int i = 0; i < 3; i++) {
            ChainRig.go(sender);
        }
        assertThat(rig.in("SIGNED")).isEqualTo(3);
        rig.rpc.heals();
        rig.finish(rig.sender());

        assertPaid(3);
    }

    @Test
    void while_the_node_is_dead_work_waits_and_is_done_when_it_is_back() throws Exception {
        ask(0, 2);
        ChainRig.go(rig.sender());
        rig.anvil.stop();
        Sender sender = rig.sender();
        for (int i = 0; i < 5; i++) {
            assertThat(ChainRig.go(sender)).isFalse();
            rig.later();
        }
        ask(2, 20);
        assertThat(rig.open()).isEqualTo(20);
        rig.anvil.start();
        rig.finish(sender);

        assertPaid(20);
    }

    @Test
    void what_became_too_cheap_is_replaced_and_happens_once() throws Exception {
        ask(0, 3);
        ChainRig.go(rig.sender());
        ChainRig.go(rig.sender());
        rig.anvil.tell("anvil_setNextBlockBaseFeePerGas", Hex.of(ChainRig.GWEI.longValueExact() * 20));
        rig.anvil.mine(1);
        assertThat(rig.anvil.balance(payee)).isZero();
        rig.database.update("update chain_attempt set signed_at = signed_at - interval '1 hour'");
        rig.finish(rig.sender());

        assertPaid(3);
        assertThat(rig.database.number("select count(*) from chain_attempt")).isGreaterThan(3);
        assertThat(rig.database.number("select count(*) from chain_attempt a join chain_attempt b"
                        + " on b.transaction_id = a.transaction_id and b.seq = a.seq + 1"
                        + " where b.max_fee * 8 < a.max_fee * 9 or b.tip * 8 < a.tip * 9 or b.nonce <> a.nonce"))
                .isZero();
    }

    @Test
    void while_fees_are_above_the_cap_nothing_is_signed_and_the_reason_is_told() throws Exception {
        rig.anvil.tell("anvil_setNextBlockBaseFeePerGas", Hex.of(ChainRig.GWEI.longValueExact() * 100));
        rig.anvil.mine(1);
        ask(0, 2);
        Sender sender = rig.sender();
        for (int i = 0; i < 3; i++) {
            ChainRig.go(sender);
            rig.later();
        }
        assertThat(rig.in("ASKED")).isEqualTo(2);
        assertThat(rig.database.number("select count(*) from chain_transaction where error like '%above the cap%'"))
                .isEqualTo(2);
        rig.finish(sender);

        assertPaid(2);
    }

    @Test
    void what_a_reorganisation_drops_is_sent_again_and_happens_once() throws Exception {
        ask(0, 2);
        ChainRig.go(rig.sender());
        Sender sender = rig.sender();
        ChainRig.go(sender);
        rig.anvil.mine(2);
        ChainRig.go(sender);
        assertThat(rig.in("MINED")).isEqualTo(2);
        rig.anvil.reorganise(2);
        assertThat(rig.anvil.balance(payee)).isZero();
        ChainRig.go(sender);
        assertThat(rig.in("MINED")).isZero();
        rig.finish(sender);

        assertPaid(2);
    }

    @Test
    void a_nonce_that_somebody_else_used_is_told_and_not_sent_under_another() throws Exception {
        ask(0, 1);
        ChainRig.go(rig.sender());
        rig.rpc.fails((calls, node) -> calls.getFirst().method().equals("eth_sendRawTransaction")
                ? List.of(new Rpc.Answer(TextNode.valueOf("0x"), null))
                : node.call(calls));
        ChainRig.go(rig.sender());
        assertThat(rig.in("SIGNED")).isEqualTo(1);
        var stranger = rig.key.sign(
                rig.chainId,
                0,
                21_000,
                ChainRig.pay(ChainRig.nobody(), 5),
                new io.pithead.coordinator.chain.core.FeePolicy.Offer(
                        ChainRig.GWEI.multiply(java.math.BigInteger.TEN), ChainRig.GWEI));
        rig.anvil.ask("eth_sendRawTransaction", Hex.of(stranger.raw()));
        rig.anvil.mine(ChainRig.CONFIRMATIONS + 2);
        Sender sender = rig.sender();
        ChainRig.go(sender);
        ChainRig.go(sender);

        assertThat(rig.in("LOST")).isEqualTo(1);
        assertThat(rig.anvil.balance(payee)).isZero();
    }

    @Test
    void what_a_contract_refuses_has_no_nonce_and_says_why_in_our_codes() throws Exception {
        String runs = rig.deploy("deploy", Samples.runs(RUNS_GOVERNOR));
        rig.ask("start/999", Calls.call(runs, "start", new Uint256(999)));
        rig.finish(rig.sender());

        assertThat(rig.in("REFUSED")).isEqualTo(1);
        assertThat(rig.database.number("select count(*) from chain_transaction where state = 'REFUSED'"
                        + " and error_code = 'NOT_FOUND' and error like 'Runs_Unknown%999%'"))
                .isEqualTo(1);
        assertThat(rig.anvil.count(rig.key.address())).isEqualTo(1);
    }

    @Test
    void what_reverts_in_its_block_says_why() throws Exception {
        String runs = rig.deploy("deploy", Samples.runs(RUNS_GOVERNOR));
        rig.rpc.lies((call, answer) ->
                call.method().equals("eth_estimateGas") ? new Rpc.Answer(TextNode.valueOf("0x30d40"), null) : null);
        rig.ask("start/999", Calls.call(runs, "start", new Uint256(999)));
        rig.finish(rig.sender());

        assertThat(rig.database.number("select count(*) from chain_transaction where state = 'REVERTED'"
                        + " and error_code = 'NOT_FOUND' and error like 'Runs_Unknown%999%'"))
                .isEqualTo(1);
    }

    @Test
    void only_the_holder_of_the_lease_sends() throws Exception {
        ask(0, 2);
        Sender first = rig.sender();
        ChainRig.go(first);
        Sender second = new Sender(
                rig.database.database(),
                rig.settings(),
                rig.key,
                rig.endpoints(rig.rpc),
                new ContractErrors(List.of()),
                UUID.randomUUID(),
                java.time.Duration.ofSeconds(15));
        rig.rpc.methods.clear();
        assertThat(second.round()).isFalse();
        assertThat(rig.rpc.methods).isEmpty();
        rig.takeLeasesBack();
        second.round();
        assertThat(rig.in("SIGNED")).isEqualTo(2);
        // who lost it between two steps of a round writes nothing
        var stale = new ArrayList<String>();
        rig.takeLeasesBack();
        rig.rpc.fails((calls, node) -> {
            var answers = node.call(calls);
            if (stale.isEmpty()) {
                stale.add("taken over");
                rig.database.update("update chain_lease set holder = gen_random_uuid(), token = token + 1");
            }
            return answers;
        });
        rig.ask("late", ChainRig.pay(payee, 1));
        Sender third = rig.sender();
        assertThatExceptionOfType(ChainLease.LostException.class).isThrownBy(third::round);
        assertThat(rig.in("ASKED")).isEqualTo(1);
        rig.rpc.heals();
        rig.finish(rig.sender());
        assertPaid(3);
    }
}
