package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.protocol.chain.ChainView;
import io.pithead.protocol.chain.StuckTransaction;
import io.pithead.protocol.key.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.generated.Uint256;

class ChainFacadeIT {
    private static final long CHAIN = 31_337;
    private static final long NO_CHAIN = 5;

    @TempDir
    Path folder;

    private final ChainFacade facade = new ChainFacade();
    private ChainRig rig;
    private Caller operator;

    @BeforeEach
    void open() throws Exception {
        rig = new ChainRig(CHAIN);
        operator = new Caller(rig.database.account(), UUID.randomUUID(), Scope.ADMIN, "ph_admin_x");
        Path file = Files.writeString(
                folder.resolve("chains.json"),
                "{\"chains\":[{\"name\":\"here\",\"chain_id\":31337,\"rpc\":[\"" + rig.anvil.url()
                        + "\"],\"confirmations\":3}]}");
        var settings = Map.of("pithead.chain.file", file.toString());
        var reader = new ConfigReader(key -> Optional.ofNullable(settings.get(key)));
        facade.config = new ChainConfig();
        facade.config.read(reader);
        assertThat(reader.problems()).isEmpty();
        facade.database = rig.database.database();
        facade.queue = new ChainQueue();
        facade.audit = new Audit();
    }

    @AfterEach
    void close() throws Exception {
        // there is none where there is no chain, and the test is skipped
        if (rig != null) {
            rig.close();
        }
    }

    private ChainView state() {
        return facade.states().getFirst();
    }

    private long audited(String action) {
        return rig.database.number("select count(*) from audit where action = ?", action);
    }

    @Test
    void a_chain_that_was_never_seen_has_a_state_too() {
        assertThat(state().name()).isEqualTo("here");
        assertThat(state().head()).isNull();
        assertThat(state().lagBlocks()).isZero();
    }

    @Test
    void what_failed_is_listed_with_its_reason_and_done_when_it_is_asked_again_and_can_be() throws Exception {
        String runs = rig.deploy("deploy", Samples.runs(rig.key.address()));
        rig.ask("start/1", Calls.call(runs, "start", new Uint256(1)));
        assertThat(state().pending()).isEqualTo(1);
        rig.finish(rig.sender());

        StuckTransaction stuck = facade.stuck(CHAIN, null, 10).items().getFirst();
        assertThat(stuck.purpose()).isEqualTo("start/1");
        assertThat(stuck.state()).isEqualTo("REFUSED");
        assertThat(stuck.errorCode()).isEqualTo("NOT_FOUND");
        assertThat(stuck.error()).startsWith("Runs_Unknown");
        assertThat(state().stuck()).isEqualTo(1);

        rig.ask("run", Samples.createRun(runs, rig.key.address(), "cpu:cores=1"));
        rig.finish(rig.sender());
        facade.retry(operator, CHAIN, stuck.id());
        rig.finish(rig.sender());
        assertThat(rig.in("DONE")).isEqualTo(3);
        assertThat(facade.stuck(CHAIN, null, 10).items()).isEmpty();
        assertThat(audited("chain.retry")).isEqualTo(1);
    }

    @Test
    void only_what_is_stuck_is_tried_again_and_only_of_its_own_chain() throws Exception {
        UUID done = rig.ask("pay", ChainRig.pay(ChainRig.nobody(), 1));
        rig.finish(rig.sender());

        for (long chain : new long[] {CHAIN, NO_CHAIN}) {
            assertThatExceptionOfType(CoordinatorException.class).isThrownBy(() -> facade.retry(operator, chain, done));
        }
        assertThatExceptionOfType(CoordinatorException.class).isThrownBy(() -> facade.stuck(NO_CHAIN, null, 1));
        assertThatExceptionOfType(CoordinatorException.class).isThrownBy(() -> facade.reindex(operator, NO_CHAIN));
        assertThat(rig.in("DONE")).isEqualTo(1);
        assertThat(audited("chain.retry")).isZero();
    }

    @Test
    void pages_of_what_is_stuck_follow_each_other() {
        for (int i = 0; i < 3; i++) {
            rig.ask("pay/" + i, ChainRig.pay(ChainRig.nobody(), 1));
        }
        rig.database.update("update chain_transaction set state = 'REFUSED', error = 'no'");

        var first = facade.stuck(CHAIN, null, 2);
        assertThat(first.items()).hasSize(2);
        var second = facade.stuck(CHAIN, UUID.fromString(String.valueOf(first.nextCursor())), 2);
        assertThat(second.items()).hasSize(1);
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void everything_is_read_again_when_that_is_asked_for() throws Exception {
        rig.anvil.mine(5);
        ChainRig.read(rig.indexer());
        assertThat(state().lagBlocks()).isZero();
        rig.database.update("update chain set halted = 'why'");
        assertThat(state().halted()).isEqualTo("why");

        facade.reindex(operator, CHAIN);
        assertThat(state().halted()).isNull();
        assertThat(state().lagBlocks()).isEqualTo(6);
        assertThat(state().finalised()).isNull();
        ChainRig.read(rig.indexer());
        assertThat(state().lagBlocks()).isZero();
        assertThat(audited("chain.reindex")).isEqualTo(1);
    }
}
