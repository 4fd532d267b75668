package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.protocol.json.Json;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.generated.Uint256;

/** Our contracts, on a chain that had none. */
class DevDeploymentIT {
    @TempDir
    Path folder;

    private ChainRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new ChainRig(31_337);
    }

    @AfterEach
    void close() throws Exception {
        // there is none where there is no chain, and the test is skipped
        if (rig != null) {
            rig.close();
        }
    }

    private DevDeployment deployment() {
        return new DevDeployment(rig.database.database(), rig.gateway, rig.chainId, rig.key.address());
    }

    @Test
    void every_contract_is_deployed_once_and_works_however_often_the_start_was_killed() throws Exception {
        Map<String, String> made = rig.deployAll(2);

        assertThat(made.keySet()).containsExactlyInAnyOrderElementsOf(ContractFiles.NAMES);
        assertThat(rig.database.number(
                        "select count(*) from chain_transaction where purpose like 'deploy/%'" + " and state = 'DONE'"))
                .isEqualTo(ContractFiles.NAMES.size());
        assertThat(rig.open()).isZero();
        ChainRig.read(rig.indexer());
        assertThat(rig.database.number("select count(*) from chain_state where kind = 'validator' and key = '"
                        + rig.key.address() + "'"))
                .isEqualTo(1);

        assertThat(rig.database.number("select count(*) from chain_state where kind = 'provider_parameters'"
                        + " and body::json->>'minimum_stake' = '100000000' and body::json->>'treasury' = '"
                        + rig.key.address() + "'"))
                .isEqualTo(1);

        // what needs roles and the other contracts
        String token = made.getOrDefault("AiToken", "");
        String providers = made.getOrDefault("ProviderRegistry", "");
        rig.ask("mint", Calls.call(token, "mint", new Address(rig.key.address()), new Uint256(1_000_000_000)));
        rig.ask("approve", Calls.call(token, "approve", new Address(providers), new Uint256(1_000_000_000)));
        rig.ask("register", Calls.call(providers, "register", new Uint256(200_000_000)));
        rig.ask("whitelist", Calls.call(providers, "whitelist", new Address(rig.key.address())));
        rig.ask("run", Samples.createRun(made.getOrDefault("Runs", ""), rig.key.address(), "cpu:cores=1"));
        rig.finish(rig.sender());
        ChainRig.read(rig.indexer());
        assertThat(rig.database.number("select count(*) from chain_transaction where state <> 'DONE'"))
                .isZero();
        assertThat(rig.database.number("select count(*) from chain_state where kind = 'provider'"
                        + " and body::json->>'whitelisted' = 'true' and body::json->>'stake' = '200000000'"))
                .isEqualTo(1);
    }

    @Test
    void a_deployment_that_cannot_come_about_says_why() throws Exception {
        deployment().round();
        rig.database.update(
                "update chain_transaction set state = 'REFUSED', error = 'no gas' where purpose = 'deploy/AiToken'");

        assertThatExceptionOfType(DevDeployment.FailedException.class)
                .isThrownBy(() -> deployment().round())
                .withMessage("deploy/AiToken: no gas");
    }

    @Test
    void the_files_of_a_chain_are_made_once_and_kept() throws Exception {
        var chain = new DevChain(folder.resolve("chain"));
        Path file = chain.prepare(URI.create("http://127.0.0.1:1"), 31_337);
        ChainSettings first = ChainsFile.read(file).chains().getFirst();
        assertThat(first.deploy()).isTrue();
        SigningKey key = SigningKey.load(
                first.key().orElseThrow().keystore(), first.key().orElseThrow().password());
        chain.deployed(Map.of("Runs", new ChainSettings.Contract("0x" + "12".repeat(20), "0x" + "ab".repeat(32))), 7);

        chain.prepare(URI.create("http://127.0.0.1:2"), 31_337);
        ChainSettings second = ChainsFile.read(file).chains().getFirst();
        assertThat(second.deploy()).isFalse();
        assertThat(second.deployBlock()).isEqualTo(7);
        assertThat(second.contracts()).containsKey("Runs");
        assertThat(second.rpc()).containsExactly(URI.create("http://127.0.0.1:2"));
        assertThat(SigningKey.load(
                                second.key().orElseThrow().keystore(),
                                second.key().orElseThrow().password())
                        .address())
                .isEqualTo(key.address());
        try (var files = Files.list(folder.resolve("chain"))) {
            assertThat(files.map(DevDeploymentIT::rights)).hasSize(3).containsOnly("rw-------");
        }
        assertThat(Json.tree(Files.readAllBytes(file)).toString()).doesNotContain("private");
    }

    private static String rights(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void only_a_development_chain_gives_money() throws Exception {
        String poor = ChainRig.nobody();
        DevChain.fund(rig.rpc, poor);
        assertThat(Hex.quantity(rig.anvil.ask("eth_getBalance", poor, "latest")))
                .isPositive();
        rig.rpc.lies((call, answer) -> call.method().equals("web3_clientVersion")
                ? new Rpc.Answer(com.fasterxml.jackson.databind.node.TextNode.valueOf("Geth/v1"), null)
                : null);
        assertThatExceptionOfType(RpcException.class).isThrownBy(() -> DevChain.fund(rig.rpc, poor));
    }
}
