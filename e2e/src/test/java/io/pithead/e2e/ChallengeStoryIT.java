package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.demo.Cheat;
import io.pithead.demo.CheatingMiner;
import io.pithead.demo.Rest;
import io.pithead.demo.WorkCheat;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.WalletKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A validator, the coordinator that carries its messages, and nodes of every kind: who cheats is found, and everybody can read it. */
class ChallengeStoryIT {
    private static final Duration SOON = Duration.ofSeconds(180);

    @Test
    void every_cheat_is_found_and_published_and_who_multiplies_is_attested(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        try (PitheadProcess pithead = PitheadProcess.start(
                data,
                Evm.setting(),
                "pithead.validator.work=PT0.02S",
                "pithead.validator.delivery=PT10S",
                "pithead.validator.memory-share-of-challenges=0")) {
            Rest miner = miner(pithead);
            var nodes = new EnumMap<Cheat, WalletKey>(Cheat.class);
            var miners = new ArrayList<CheatingMiner>();
            try {
                for (Cheat cheat : cheatsIn(ChallengeKind.COMPUTE)) {
                    WalletKey node = WalletKey.generate(new SecureRandom());
                    nodes.put(cheat, node);
                    String name = "node-" + cheat;
                    miners.add(new CheatingMiner(miner, name, cheat, WorkCheat.NONE, node, System.out).start());
                }
                Api anybody = Api.open(pithead.http());
                nodes.forEach((cheat, key) -> pithead.server()
                        .await(
                                "what is said of " + cheat,
                                SOON,
                                () -> !of(anybody, key).isEmpty()));
                nodes.forEach((cheat, key) -> {
                    Attestation first = of(anybody, key).getLast();
                    assertThat(Optional.ofNullable(first.reason()))
                            .as(cheat.name())
                            .isEqualTo(cheat.reason());
                    assertThat(first.verdict())
                            .as(cheat.name())
                            .isEqualTo(
                                    cheat.reason().map(VerdictReason::verdict).orElse(Verdict.VALID));
                });
                assertIsOneLine(attestations(anybody, "limit=200"));
            } finally {
                miners.forEach(CheatingMiner::close);
            }
        }
    }

    /** A node that is known is asked for memory: a little, which it fills in seconds. */
    @Test
    void who_does_not_hold_the_memory_that_it_claims_is_found(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data)
            throws Exception {
        try (PitheadProcess pithead = PitheadProcess.start(
                data,
                Evm.setting(),
                "pithead.validator.work=PT0.02S",
                "pithead.validator.every=PT1S",
                "pithead.validator.delivery=PT30S",
                "pithead.validator.memory-share-of-challenges=1",
                "pithead.validator.memory-share=0.016",
                // and rests a minute, not three, where the machine was too busy to answer in time
                "pithead.validator.duty=0.01",
                "pithead.validator.memory-work=PT0.7S",
                "pithead.validator.memory-opening=PT20S")) {
            Rest miner = miner(pithead);
            var nodes = new EnumMap<Cheat, WalletKey>(Cheat.class);
            var miners = new ArrayList<CheatingMiner>();
            try {
                for (Cheat cheat : List.of(Cheat.NONE, Cheat.HALF_THE_MEMORY, Cheat.DROPPED_MEMORY)) {
                    WalletKey node = WalletKey.generate(new SecureRandom());
                    nodes.put(cheat, node);
                    String name = "node-" + cheat;
                    miners.add(new CheatingMiner(miner, name, cheat, WorkCheat.NONE, node, System.out).start());
                }
                Api anybody = Api.open(pithead.http());
                nodes.forEach((cheat, key) -> pithead.server()
                        .await(
                                "what is said of the memory of " + cheat,
                                SOON,
                                () -> ofMemory(anybody, key).isPresent()));
                nodes.forEach((cheat, key) -> {
                    Attestation said = ofMemory(anybody, key).orElseThrow();
                    assertThat(Optional.ofNullable(said.reason()))
                            .as(cheat.name())
                            .isEqualTo(cheat.reason());
                });
            } finally {
                miners.forEach(CheatingMiner::close);
            }
        }
    }

    /** So is one that has room for a file. */
    @Test
    void who_does_not_write_the_file_that_it_claims_is_found(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data)
            throws Exception {
        try (PitheadProcess pithead = PitheadProcess.start(
                data,
                Evm.setting(),
                "pithead.validator.work=PT0.02S",
                "pithead.validator.every=PT1S",
                "pithead.validator.delivery=PT30S",
                "pithead.validator.duty=0.01",
                "pithead.validator.memory-share-of-challenges=0",
                "pithead.validator.storage-share-of-challenges=1",
                "pithead.validator.storage-mib=1",
                "pithead.validator.storage-opening=PT20S")) {
            Rest miner = miner(pithead);
            var nodes = new EnumMap<Cheat, WalletKey>(Cheat.class);
            var miners = new ArrayList<CheatingMiner>();
            try {
                for (Cheat cheat : List.of(Cheat.NONE, Cheat.LOST_PAGES, Cheat.OLD_FILE)) {
                    WalletKey node = WalletKey.generate(new SecureRandom());
                    nodes.put(cheat, node);
                    String name = "node-" + cheat;
                    miners.add(new CheatingMiner(miner, name, cheat, WorkCheat.NONE, node, System.out).start());
                }
                Api anybody = Api.open(pithead.http());
                nodes.forEach((cheat, key) -> pithead.server()
                        .await(
                                "what is said of the file of " + cheat,
                                SOON,
                                () -> of(anybody, key, ChallengeKind.STORAGE).isPresent()));
                nodes.forEach((cheat, key) -> assertThat(Optional.ofNullable(of(anybody, key, ChallengeKind.STORAGE)
                                .orElseThrow()
                                .reason()))
                        .as(cheat.name())
                        .isEqualTo(cheat.reason()));
            } finally {
                miners.forEach(CheatingMiner::close);
            }
        }
    }

    /** And one that has a line: what is sent to it flows through the coordinator. */
    @Test
    void who_does_not_fetch_what_it_is_sent_is_found(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data)
            throws Exception {
        try (PitheadProcess pithead = PitheadProcess.start(
                data,
                Evm.setting(),
                "pithead.validator.work=PT0.02S",
                "pithead.validator.every=PT1S",
                "pithead.validator.delivery=PT30S",
                "pithead.validator.duty=0.01",
                "pithead.validator.memory-share-of-challenges=0",
                "pithead.validator.storage-share-of-challenges=0",
                "pithead.validator.network-share-of-challenges=1",
                "pithead.validator.network-mib=2")) {
            Rest miner = miner(pithead);
            var nodes = new EnumMap<Cheat, WalletKey>(Cheat.class);
            var miners = new ArrayList<CheatingMiner>();
            try {
                for (Cheat cheat : List.of(Cheat.NONE, Cheat.NO_STREAM, Cheat.ZEROS_BACK)) {
                    WalletKey node = WalletKey.generate(new SecureRandom());
                    nodes.put(cheat, node);
                    String name = "node-" + cheat;
                    miners.add(new CheatingMiner(miner, name, cheat, WorkCheat.NONE, node, System.out).start());
                }
                Api anybody = Api.open(pithead.http());
                nodes.forEach((cheat, key) -> pithead.server()
                        .await(
                                "what is said of the line of " + cheat,
                                SOON,
                                () -> of(anybody, key, ChallengeKind.NETWORK).isPresent()));
                nodes.forEach((cheat, key) -> assertThat(Optional.ofNullable(of(anybody, key, ChallengeKind.NETWORK)
                                .orElseThrow()
                                .reason()))
                        .as(cheat.name())
                        .isEqualTo(cheat.reason()));
            } finally {
                miners.forEach(CheatingMiner::close);
            }
        }
    }

    /** And one that claims an engine; who calculates what a container would say passes, as docs/VERIFICATION.md says. */
    @Test
    void who_answers_for_no_container_of_this_challenge_is_found(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data)
            throws Exception {
        try (PitheadProcess pithead = PitheadProcess.start(
                data,
                Evm.setting(),
                "pithead.validator.work=PT0.02S",
                "pithead.validator.every=PT1S",
                "pithead.validator.delivery=PT30S",
                "pithead.validator.duty=0.01",
                "pithead.validator.memory-share-of-challenges=0",
                "pithead.validator.storage-share-of-challenges=0",
                "pithead.validator.network-share-of-challenges=0",
                "pithead.validator.container-share-of-challenges=1")) {
            Rest miner = miner(pithead);
            var nodes = new EnumMap<Cheat, WalletKey>(Cheat.class);
            var miners = new ArrayList<CheatingMiner>();
            try {
                for (Cheat cheat : List.of(Cheat.NONE, Cheat.OLD_CONTAINER, Cheat.OPEN_CONTAINER, Cheat.ENGINE_AWAY)) {
                    WalletKey node = WalletKey.generate(new SecureRandom());
                    nodes.put(cheat, node);
                    String name = "node-" + cheat;
                    miners.add(new CheatingMiner(miner, name, cheat, WorkCheat.NONE, node, System.out).start());
                }
                Api anybody = Api.open(pithead.http());
                nodes.forEach((cheat, key) -> pithead.server()
                        .await(
                                "what is said of the engine of " + cheat,
                                SOON,
                                () -> of(anybody, key, ChallengeKind.CONTAINER).isPresent()));
                nodes.forEach((cheat, key) -> assertThat(Optional.ofNullable(of(anybody, key, ChallengeKind.CONTAINER)
                                .orElseThrow()
                                .reason()))
                        .as(cheat.name())
                        .isEqualTo(cheat.reason()));
            } finally {
                miners.forEach(CheatingMiner::close);
            }
        }
    }

    private static Optional<Attestation> ofMemory(Api api, WalletKey node) {
        return of(api, node, ChallengeKind.MEMORY);
    }

    private static Optional<Attestation> of(Api api, WalletKey node, ChallengeKind kind) {
        return of(api, node).stream()
                .filter(one -> one.kind() == AttestationKind.of(kind))
                .findFirst();
    }

    private static List<Cheat> cheatsIn(ChallengeKind kind) {
        return Arrays.stream(Cheat.values())
                .filter(cheat -> cheat.kind() == kind)
                .toList();
    }

    private static Rest miner(PitheadProcess pithead) throws Exception {
        pithead.server()
                .await("a validator", SOON, () -> pithead.server().output().contains("validator.on"));
        Operator operator = Operator.of(Api.open(pithead.http()), pithead.data());
        String key = operator.issue(operator.account("cheats"), "miner", Map.of())
                .get("key")
                .asText();
        return Rest.plain(pithead.http(), key);
    }

    private static List<Attestation> of(Api api, WalletKey node) {
        return attestations(api, "node=" + node.address().text());
    }

    /** Newest first. */
    private static List<Attestation> attestations(Api api, String query) {
        JsonNode items = api.get("/v1/attestations?" + query).expect(200).body().get("items");
        var attestations = new ArrayList<Attestation>();
        for (JsonNode item : items) {
            try {
                attestations.add(Json.bind(item, Attestation.class));
            } catch (InvalidPayloadException e) {
                throw new AssertionError("no attestation: " + item, e);
            }
        }
        return attestations;
    }

    /** As anybody checks it who has nothing but them. */
    private static void assertIsOneLine(List<Attestation> attestations) {
        for (int i = 0; i < attestations.size(); i++) {
            Attestation one = attestations.get(i);
            assertThat(one.isSignedBy(Evm.CHAIN, one.validator())).isTrue();
            assertThat(one.validator()).isEqualTo(attestations.getFirst().validator());
            String before =
                    i + 1 < attestations.size() ? attestations.get(i + 1).digest() : null;
            assertThat(one.previous()).isEqualTo(before);
        }
    }
}
