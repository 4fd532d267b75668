package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.Projection;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;

/** The compiler's own files, read. */
class AbiTest {
    private static final ContractErrors ERRORS =
            new ContractErrors(ContractFiles.abis().values());

    @Test
    void every_contract_has_its_code_and_its_interface() {
        for (String name : ContractFiles.NAMES) {
            assertThat(ContractFiles.code(name)).as(name).hasSizeGreaterThan(1_000);
        }
    }

    /** A renamed event or argument would be read and add up to nothing. */
    @Test
    void every_rule_of_the_projection_is_of_an_event_that_its_contract_has() throws Exception {
        int known = 0;
        for (String name : ContractFiles.NAMES) {
            try (var in = AbiTest.class.getResourceAsStream("/io/pithead/contracts/abi/" + name + ".abi")) {
                for (var item : Json.tree(in.readAllBytes())) {
                    if (!item.path("type").asText().equals("event")
                            || !Projection.knows(name, item.path("name").asText())) {
                        continue;
                    }
                    known++;
                    var arguments = new java.util.HashMap<String, String>();
                    item.path("inputs").forEach(input -> {
                        arguments.put(input.path("name").asText(), "1");
                        input.path("components")
                                .forEach(member ->
                                        arguments.put(member.path("name").asText(), "1"));
                    });
                    var event = new Projection.Event(name, item.path("name").asText(), arguments);
                    assertThat(Projection.keysOf(event))
                            .isNotEmpty()
                            .allSatisfy(key -> assertThat(Projection.apply(event, key, Map.of())
                                            .body())
                                    .isNotEmpty());
                }
            }
        }
        assertThat(known).isEqualTo(Projection.size());
    }

    /** As the compiler lays it out: the members of a struct of words follow each other. */
    @Test
    void a_struct_of_words_in_an_event_is_read_as_its_members() {
        String words = "0".repeat(63) + "5" + "0".repeat(63) + "7" + "0".repeat(24) + "ab".repeat(20) + "0".repeat(63)
                + "1" + "0".repeat(63) + "2" + "0".repeat(63) + "3";
        String topic = "0x"
                + HexFormat.of()
                        .formatHex(Hash.sha3("ProviderParametersChanged((uint128,uint128,address,uint64,uint64,uint64))"
                                .getBytes(StandardCharsets.UTF_8)));
        var log = new ChainLog(
                1, 0, "0x", "0x", "0x", List.of(topic), HexFormat.of().parseHex(words));

        assertThat(ContractFiles.abis()
                        .getOrDefault("ProviderRegistry", Abi.NONE)
                        .event(log)
                        .orElseThrow())
                .isEqualTo(new Abi.Said(
                        "ProviderParametersChanged",
                        Map.of(
                                "minimumStake",
                                "5",
                                "stakePerNode",
                                "7",
                                "treasury",
                                "0x" + "ab".repeat(20),
                                "unbondingDelay",
                                "1",
                                "appealWindow",
                                "2",
                                "decisionWindow",
                                "3")));
    }

    @Test
    void an_error_of_a_contract_has_our_code_and_its_own_words() {
        String data = selector("Runs_Unknown(uint256)") + "0".repeat(61) + "3e7";
        ChainError error = ERRORS.decode("execution reverted", data);

        assertThat(error.code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(error.text()).isEqualTo("Runs_Unknown {run=999}");
    }

    @Test
    void codes_follow_from_names() {
        assertThat(code("ProviderRegistry_StakeTooLow(uint256,uint256)")).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);
        assertThat(code("AccessControlUnauthorizedAccount(address,bytes32)")).isEqualTo(ErrorCode.FORBIDDEN_SCOPE);
        assertThat(code("EnforcedPause()")).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(code("Rewards_ProofInvalid(address,uint64)")).isEqualTo(ErrorCode.INVALID_PAYLOAD);
        assertThat(code("WorkReceipts_AlreadyInvalid(bytes32,uint8)")).isEqualTo(ErrorCode.CONFLICT_STATE);
    }

    @Test
    void what_is_no_error_of_ours_is_the_nodes_own_words() {
        for (String data : List.of("", "0x", "0x12", "0xdeadbeef", "nonsense")) {
            assertThat(ERRORS.decode("execution\nreverted", data))
                    .isEqualTo(new ChainError(ErrorCode.CONFLICT_STATE, "execution reverted"));
        }
    }

    private static ErrorCode code(String signature) {
        return ERRORS.decode("reverted", selector(signature) + "0".repeat(128)).code();
    }

    private static String selector(String signature) {
        byte[] hash = Hash.sha3(signature.getBytes(StandardCharsets.UTF_8));
        return "0x" + HexFormat.of().formatHex(hash, 0, 4);
    }
}
