package io.pithead.coordinator.discovery.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.discovery.core.ChainReading.NodeRow;
import io.pithead.coordinator.discovery.core.ChainReading.RunRow;
import io.pithead.coordinator.discovery.core.Standing.StakeTerms;
import io.pithead.protocol.run.RunIds;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainReadingTest {
    private static final Instant NOW = Instant.parse("2026-11-21T17:00:00Z");
    private static final Optional<StakeTerms> TERMS =
            Optional.of(new StakeTerms(BigInteger.valueOf(100), BigInteger.valueOf(50)));

    /** As the contract's {@code standingOf}, in its order. */
    @ParameterizedTest
    @CsvSource({
        "true,  true,  false, 200, 2, GOOD",
        "true,  true,  false, 199, 2, UNDERSTAKED",
        "true,  true,  false, 100, 0, GOOD",
        "true,  true,  false,  99, 0, UNDERSTAKED",
        "true,  false, false, 200, 2, NOT_WHITELISTED",
        "true,  false, false,   0, 2, NOT_WHITELISTED",
        "false, false, false,   0, 0, UNKNOWN",
        "false, true,  false, 200, 0, UNKNOWN",
        "true,  true,  true,  200, 2, BLACKLISTED",
        "false, false, true,    0, 0, BLACKLISTED"
    })
    void a_provider_stands_as_the_contract_says(
            String registered, String whitelisted, String blacklisted, String stake, String nodes, Standing standing) {
        var body = Map.of(
                "registered",
                registered,
                "whitelisted",
                whitelisted,
                "blacklisted",
                blacklisted,
                "stake",
                stake,
                "nodes",
                nodes);
        assertThat(ChainReading.provider("0xa", body, TERMS).standing()).isEqualTo(standing);
    }

    @Test
    void while_the_stake_that_is_needed_is_unknown_nobody_is_good() {
        var body = Map.of("registered", "true", "whitelisted", "true", "stake", "1000000");
        assertThat(ChainReading.terms(Map.of())).isEmpty();
        assertThat(ChainReading.provider("0xa", body, Optional.empty()).standing())
                .isEqualTo(Standing.UNKNOWN);
        assertThat(ChainReading.terms(Map.of("minimum_stake", "100", "stake_per_node", "50")))
                .isEqualTo(TERMS);
    }

    @Test
    void a_node_is_there_while_it_is_registered() {
        var body = new HashMap<>(
                Map.of("provider", "0xb", "registered", "true", "validated", "true", "run", "7", "ejected", "true"));
        assertThat(ChainReading.node("0xa", body)).contains(new NodeRow("0xa", "0xb", true, true, 7L));
        body.putAll(Map.of("run", "0", "ejected", "false"));
        assertThat(ChainReading.node("0xa", body)).contains(new NodeRow("0xa", "0xb", true, false, null));
        body.put("registered", "false");
        assertThat(ChainReading.node("0xa", body)).isEmpty();
        assertThat(ChainReading.node("0xa", Map.of("ejected", "true"))).isEmpty();
    }

    private static RunRow run(String state, String endsBy, String requirements) {
        return ChainReading.run(
                31_337,
                4,
                Map.of(
                        "owner",
                        "0xa",
                        "manager",
                        "0xb",
                        "state",
                        state,
                        "ends_by",
                        endsBy,
                        "requirements",
                        requirements),
                NOW);
    }

    @Test
    void a_run_is_open_from_its_start_to_its_end() {
        String later = Long.toString(NOW.getEpochSecond() + 1);
        assertThat(run("created", later, "").open()).isFalse();
        assertThat(run("started", later, "").open()).isTrue();
        assertThat(run("ended", later, "").open()).isFalse();
        assertThat(run("started", Long.toString(NOW.getEpochSecond()), "").open())
                .isFalse();
        assertThat(run("started", "18446744073709551615", "").open()).isTrue();
        assertThat(run("started", later, "").run()).isEqualTo(RunIds.discoveryRun(31_337, 4));
    }

    /** The Prime protocol's took them for none. */
    @Test
    void a_run_whose_requirements_nobody_understands_takes_no_node() {
        String later = Long.toString(NOW.getEpochSecond() + 1);
        assertThat(run("started", later, "gpu:count=8").open()).isTrue();
        RunRow odd = run("started", later, "gpu:colour=red");
        assertThat(odd.open()).isFalse();
        assertThat(odd.requirements()).isEmpty();
        assertThat(run("started", later, "cpu:cores=" + "0".repeat(4_000)).open())
                .isFalse();
    }
}
