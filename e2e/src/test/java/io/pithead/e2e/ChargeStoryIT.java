package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.demo.Cheat;
import io.pithead.demo.CheatingMiner;
import io.pithead.demo.Rest;
import io.pithead.demo.WorkCheat;
import io.pithead.protocol.signing.WalletKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose hardware is what it says and whose answers are made up: it is approved, works, is outvoted, suspended and charged; the validator does
 * the same jobs once more, and takes it to the chain.
 */
class ChargeStoryIT {
    private static final Duration SOON = Duration.ofSeconds(180);
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Ten wrong answers suspend a node; a few more, for jobs that end otherwise. */
    private static final int JOBS = 20;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path temp;

    @Test
    void who_signs_wrong_answers_loses_its_stake_when_a_validator_finds_them_wrong() throws Exception {
        var miners = new ArrayList<CheatingMiner>();
        try (PitheadProcess pithead = PitheadProcess.start(
                temp.resolve("data"),
                Evm.setting(),
                "pithead.ledger.auto-deposit=true",
                "pithead.lease.signed-proofs=true",
                "pithead.verification.same-machine=true",
                "pithead.validator.work=PT0.02S",
                "pithead.validator.memory-share-of-challenges=0",
                "pithead.validator.storage-share-of-challenges=0",
                "pithead.validator.referee=process",
                "pithead.validator.referee.command=" + Server.java() + " -jar " + Server.file("pithead.miner"))) {
            try {
                pithead.server()
                        .await(
                                "a validator",
                                SOON,
                                () -> pithead.server().output().contains("validator.on"));
                StakedNode.awaitContracts(pithead);
                Operator operator = Operator.of(Api.open(pithead.http()), pithead.data());
                Tenant buyer = operator.tenant("buyer").deposit("1000");
                StakedNode liar = StakedNode.register("liar", temp, operator, pithead);
                miners.add(miner(pithead, operator, "liar-works", WorkCheat.WRONG, liar.key()));
                for (String name : List.of("first", "second")) {
                    miners.add(miner(pithead, operator, name, WorkCheat.NONE, WalletKey.generate(RANDOM)));
                }
                pithead.server().await("its approval", SOON, () -> liar.state(pithead) == StakedNode.VALIDATED);

                for (int i = 0; i < JOBS && charges(pithead, liar).isEmpty(); i++) {
                    String job = submit(buyer, "pit-" + i);
                    // the last one may get no third answer: who would give it is suspended by then
                    pithead.server()
                            .await(
                                    "the job to end",
                                    SOON,
                                    () -> buyer.state(job).equals("COMPLETED")
                                            || !charges(pithead, liar).isEmpty());
                }

                pithead.server()
                        .await(
                                "the charge to be confirmed",
                                SOON,
                                () -> charges(pithead, liar)
                                        .path(0)
                                        .path("outcome")
                                        .asText("")
                                        .equals("CONFIRMED"));
                assertThat(charges(pithead, liar).path(0).path("wrong").asInt()).isGreaterThanOrEqualTo(3);
                pithead.server().await("the node to be ejected", SOON, () -> {
                    JsonNode sanction =
                            get(pithead, "/v1/sanctions?node=" + liar.address()).path(0);
                    return sanction.hasNonNull("ejected_at") && sanction.hasNonNull("held");
                });
                assertThat(liar.state(pithead)).isEqualTo(StakedNode.EJECTED);
                JsonNode attested =
                        get(pithead, "/v1/attestations?node=" + liar.address()).path(0);
                assertThat(attested.path("kind").asText()).isEqualTo("WORK");
                assertThat(attested.path("reason").asText()).isEqualTo("WRONG_WORK");
                assertThat(attested.path("challenge").asText())
                        .isEqualTo(charges(pithead, liar).path(0).path("id").asText());
                assertThat(get(pithead, "/v1/charges"))
                        .as("nobody else is charged")
                        .hasSize(1);
            } finally {
                miners.forEach(CheatingMiner::close);
            }
        }
    }

    private static CheatingMiner miner(
            PitheadProcess pithead, Operator operator, String name, WorkCheat work, WalletKey key) throws Exception {
        Tenant provider = operator.tenant(name);
        Rest rest = Rest.plain(pithead.http(), provider.miner().key());
        return new CheatingMiner(rest, name, Cheat.NONE, work, key, System.out).start();
    }

    private static JsonNode get(PitheadProcess pithead, String path) {
        return Api.open(pithead.http()).get(path).expect(200).body().get("items");
    }

    private static JsonNode charges(PitheadProcess pithead, StakedNode node) {
        return get(pithead, "/v1/charges?node=" + node.address());
    }

    private static String submit(Tenant buyer, String seed) {
        return buyer.submit(
                "sha256_chain",
                Map.of(
                        "params",
                        Map.of("seed", seed, "length", 1_000),
                        "verification",
                        Map.of("mode", "replicate", "replicas", 3, "quorum", 2, "max_replicas", 3)));
    }
}
