package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On real chains and a real database. */
class IndexerIT {
    private static final String MANAGER = "0x00000000000000000000000000000000000000a0";

    private ChainRig rig;
    private String runs;
    private int created;

    @BeforeEach
    void open() throws Exception {
        rig = new ChainRig(31_337);
        runs = withRuns(rig);
    }

    @AfterEach
    void close() throws Exception {
        // there is none where there is no chain, and the test is skipped
        if (rig != null) {
            rig.close();
        }
    }

    private static String withRuns(ChainRig rig) throws Exception {
        String address = rig.deploy("deploy", Samples.runs(MANAGER));
        String hash = Hex.of(org.web3j.crypto.Hash.sha3(Hex.bytes(rig.anvil.ask("eth_getCode", address, "latest"))));
        rig.contracts = Map.of("Runs", new ChainSettings.Contract(address, hash));
        return address;
    }

    /** Runs created in blocks of their own. */
    private void create(int count) throws RpcException {
        for (int i = 0; i < count; i++) {
            Intent intent = Samples.createRun(runs, MANAGER, "gpu " + created++);
            rig.anvil.ask(
                    "eth_sendTransaction",
                    Map.of("from", rig.key.address(), "to", runs, "data", Hex.of(intent.data()), "gas", "0x7a120"));
            rig.anvil.mine(1);
        }
    }

    private long runsKnown() {
        return rig.database.number("select count(distinct key) from chain_state where kind = 'run'");
    }

    private void assertAsReadFresh() throws RpcException {
        TestDatabase fresh = TestDatabase.create();
        ChainRig.read(rig.indexer(fresh));
        assertThat(rig.digest(rig.database)).isEqualTo(rig.digest(fresh));
        assertThat(rig.database.number("select count(*) from chain_event"))
                .isEqualTo(fresh.number("select count(*) from chain_event"));
    }

    @Test
    void events_add_up_to_things_and_a_new_reading_gives_the_same_bytes() throws Exception {
        create(5);
        ChainRig.read(rig.indexer());

        assertThat(runsKnown()).isEqualTo(5);
        assertThat(rig.database.number("select count(*) from chain_state where kind = 'run' and key = '3'"
                        + " and body::json->>'requirements' = 'gpu 2' and body::json->>'manager' = '" + MANAGER
                        + "' and body::json->>'state' = 'created'"))
                .isEqualTo(1);
        String before = rig.digest(rig.database);
        rig.database.database().doInTransaction(connection -> new IndexStore(rig.chainId).reindex(connection));
        assertThat(runsKnown()).isZero();
        ChainRig.read(rig.indexer());
        assertThat(rig.digest(rig.database)).isEqualTo(before);
        assertThat(rig.database.number("select generation from chain")).isEqualTo(2);
    }

    @Test
    void a_reorganisation_of_ten_blocks_under_load_is_undone_and_redone_exactly() throws Exception {
        rig.confirmations = 12;
        rig.anvil.mine(20);
        Indexer indexer = rig.indexer();
        for (int round = 0; round < 4; round++) {
            create(12);
            ChainRig.read(indexer);
            long known = runsKnown();
            rig.anvil.reorganise(10);
            // some are created again, in other blocks, while it is read
            create(3 + round);
            ChainRig.read(indexer);
            assertThat(runsKnown()).isEqualTo(known - 10 + 3 + round);
            assertAsReadFresh();
        }
        assertThat(rig.database.number("select count(*) from chain_event e join chain_block b on b.number = e.block"
                        + " where b.hash <> e.block_hash"))
                .isZero();
    }

    /** Whichever question comes just after the change. */
    @Test
    void a_chain_that_changes_between_two_answers_is_not_mixed() throws Exception {
        rig.confirmations = 12;
        rig.anvil.mine(20);
        List<Predicate<List<Rpc.Call>>> moments = List.of(
                calls -> calls.stream().anyMatch(call -> call.method().equals("eth_getLogs")),
                // the heads of all new blocks
                calls -> calls.size() > 2
                        && calls.stream().allMatch(call -> call.method().equals("eth_getBlockByNumber")));
        for (Predicate<List<Rpc.Call>> moment : moments) {
            ChainRig.read(rig.indexer());
            create(6);
            changeBefore(moment);
            Indexer indexer = rig.indexer();
            for (int i = 0; i < 10; i++) {
                ChainRig.go(indexer);
                rig.later();
            }
            rig.rpc.heals();
            assertAsReadFresh();
        }
    }

    /** As behind a load balancer: one question goes to a node that is on another fork, the next to the first again. */
    @Test
    void logs_of_another_fork_are_not_taken_for_none() throws Exception {
        create(4);
        var once = new ArrayList<String>();
        rig.rpc.fails((calls, node) -> {
            List<Rpc.Answer> answers = node.call(calls);
            if (calls.size() != 3 || !calls.get(1).method().equals("eth_getLogs") || !once.isEmpty()) {
                return answers;
            }
            once.add("another fork");
            var block = (ObjectNode) answers.getFirst().orThrow().deepCopy();
            block.put("hash", "0x" + "ab".repeat(32));
            var other = new Rpc.Answer(block, null);
            return List.of(other, new Rpc.Answer(Json.toTree(List.of()), null), other);
        });
        Indexer indexer = rig.indexer();
        for (int i = 0; i < 5; i++) {
            ChainRig.go(indexer);
            rig.later();
        }
        assertThat(once).hasSize(1);
        assertThat(runsKnown()).isEqualTo(4);
    }

    /** Once: blocks that were read are others from then on. */
    private void changeBefore(Predicate<List<Rpc.Call>> moment) {
        var once = new ArrayList<String>();
        rig.rpc.fails((calls, node) -> {
            if (moment.test(calls) && once.isEmpty()) {
                once.add("reorganised");
                rig.anvil.reorganise(8);
                create(2);
            }
            return node.call(calls);
        });
    }

    @Test
    void blocks_that_were_final_are_never_undone_by_themselves() throws Exception {
        create(6);
        ChainRig.read(rig.indexer());
        String before = rig.digest(rig.database);
        rig.anvil.reorganise(5);
        rig.anvil.mine(2);
        Indexer indexer = rig.indexer();
        ChainRig.read(indexer);
        assertThat(rig.database.number("select count(*) from chain where halted like '%were final%'"))
                .isEqualTo(1);
        assertThat(rig.digest(rig.database)).isEqualTo(before);
        ChainRig.read(indexer);
        assertThat(rig.digest(rig.database)).isEqualTo(before);

        rig.database.database().doInTransaction(connection -> new IndexStore(rig.chainId).reindex(connection));
        ChainRig.read(indexer);
        assertAsReadFresh();
        assertThat(runsKnown()).isEqualTo(1);
    }

    @Test
    void another_chain_under_the_same_id_halts() throws Exception {
        rig.window = 8;
        rig.confirmations = 1_000;
        create(12);
        ChainRig.read(rig.indexer());
        assertThat(rig.database.number("select count(*) from chain_block")).isBetween(8L, 9L);
        rig.anvil.reorganise(11);
        rig.anvil.mine(2);
        ChainRig.read(rig.indexer());

        assertThat(rig.database.number("select count(*) from chain where halted like '%remembered%'"))
                .isEqualTo(1);
    }

    @Test
    void ranges_shrink_while_the_node_refuses_and_nothing_is_left_out() throws Exception {
        create(30);
        rig.rpc.lies((call, answer) -> {
            if (!call.method().equals("eth_getLogs")) {
                return null;
            }
            var filter = (Map<?, ?>) call.params().getFirst();
            long blocks = number(filter.get("toBlock")) - number(filter.get("fromBlock")) + 1;
            return blocks > 7
                    ? new Rpc.Answer(null, new Rpc.Failure(-32005, "query returned more than 7 blocks", ""))
                    : null;
        });
        ChainRig.read(rig.indexer());
        rig.rpc.heals();

        assertThat(runsKnown()).isEqualTo(30);
        assertAsReadFresh();
    }

    private static long number(@Nullable Object hex) {
        return Long.parseLong(String.valueOf(hex).substring(2), 16);
    }

    @Test
    void logs_that_nobody_asked_for_are_refused() throws Exception {
        create(3);
        rig.rpc.lies((call, answer) -> {
            if (!call.method().equals("eth_getLogs") || answer.result() == null) {
                return null;
            }
            var logs = answer.result().deepCopy();
            logs.forEach(log -> ((ObjectNode) log).put("address", "0x" + "12".repeat(20)));
            return new Rpc.Answer(logs, null);
        });
        Indexer indexer = rig.indexer();

        assertThatExceptionOfType(RpcException.class).isThrownBy(() -> ChainRig.read(indexer));
        assertThat(rig.database.number("select count(*) from chain_event")).isZero();
    }

    @Test
    void a_restart_goes_on_where_it_was() throws Exception {
        create(3);
        ChainRig.read(rig.indexer());
        rig.anvil.stop();
        rig.anvil.start();
        create(2);
        ChainRig.read(rig.indexer());

        assertThat(runsKnown()).isEqualTo(5);
        assertAsReadFresh();
    }

    @Test
    void a_node_of_another_chain_or_with_other_code_is_not_believed_and_the_next_is_asked() throws Exception {
        create(2);
        Rpc other = calls -> {
            var answers = new ArrayList<Rpc.Answer>();
            for (Rpc.Call call : calls) {
                answers.add(new Rpc.Answer(TextNode.valueOf("0x1"), null));
            }
            return answers;
        };
        FaultyRpc changed = new FaultyRpc(rig.anvil.rpc());
        changed.lies((call, answer) ->
                call.method().equals("eth_getCode") ? new Rpc.Answer(TextNode.valueOf("0x6001"), null) : null);
        Endpoints endpoints = rig.endpoints(other, changed, rig.rpc);
        var indexer = new Indexer(
                rig.database.database(), rig.settings(), endpoints, ContractFiles.abis(), UUID.randomUUID());
        ChainRig.read(indexer);

        assertThat(runsKnown()).isEqualTo(2);
        assertThat(endpoints.problems().get(0)).contains("of chain 1");
        assertThat(endpoints.problems().get(1)).contains("code at");
        assertThatExceptionOfType(RpcException.class)
                .isThrownBy(() -> rig.endpoints(other, changed).call(List.of(Rpc.Call.of("eth_blockNumber"))));
    }

    @Test
    void two_chains_are_read_and_sent_to_at_once() throws Exception {
        try (ChainRig second = new ChainRig(42_161)) {
            withRuns(second);
            create(4);
            second.ask("pay", ChainRig.pay(MANAGER, 7));
            second.finish(second.sender());
            ChainRig.read(rig.indexer());
            // both in one database
            second.database.update("delete from chain_lease");
            ChainRig.read(second.indexer(rig.database));
            ChainRig.read(rig.indexer());

            assertThat(rig.database.number("select count(*) from chain")).isEqualTo(2);
            assertThat(rig.database.number("select count(*) from chain_event where chain_id = 42161"))
                    .isPositive();
            assertThat(second.anvil.balance(MANAGER)).isEqualTo(7);
            assertThat(rig.digest(rig.database)).isNotEqualTo(second.digest(rig.database));
        }
    }
}
