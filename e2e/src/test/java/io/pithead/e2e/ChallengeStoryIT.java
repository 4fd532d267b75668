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
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A validator, the coordinator that carries its messages, and nodes of every kind: who cheats is found, and everybody can read it. */
class ChallengeStoryIT {
    private static final Duration SOON = Duration.ofSeconds(180);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path data;

    private static PitheadProcess pithead;
    private static Rest miner;
    private static Api anybody;

    /** Which asks a node that it knows for each kind as often, and soon again: a little, which it answers in seconds. */
    @BeforeAll
    static void boot() throws Exception {
        pithead = PitheadProcess.start(
                data,
                Evm.setting(),
                "pithead.validator.work=PT0.02S",
                "pithead.validator.every=PT1S",
                "pithead.validator.delivery=PT30S",
                // and rests a minute, not three, where the machine was too busy to answer in time
                "pithead.validator.duty=0.01",
                "pithead.validator.memory-share-of-challenges=0.25",
                "pithead.validator.memory-share=0.016",
                "pithead.validator.memory-work=PT0.7S",
                "pithead.validator.memory-opening=PT20S",
                "pithead.validator.storage-share-of-challenges=0.25",
                "pithead.validator.storage-mib=1",
                "pithead.validator.storage-opening=PT20S",
                "pithead.validator.network-share-of-challenges=0.25",
                "pithead.validator.network-mib=2",
                "pithead.validator.container-share-of-challenges=0.25");
        pithead.server()
                .await("a validator", SOON, () -> pithead.server().output().contains("validator.on"));
        anybody = Api.open(pithead.http());
        Operator operator = Operator.of(anybody, pithead.data());
        String key = operator.issue(operator.account("cheats"), "miner", Map.of())
                .get("key")
                .asText();
        miner = Rest.plain(pithead.http(), key);
    }

    @AfterAll
    static void stop() {
        pithead.close();
    }

    @Test
    void every_cheat_is_found_and_published_and_who_multiplies_is_attested() throws Exception {
        Cheat[] all = Arrays.stream(Cheat.values())
                .filter(cheat -> cheat.kind() == ChallengeKind.COMPUTE)
                .toArray(Cheat[]::new);
        each(ChallengeKind.COMPUTE, all, (cheat, said) -> {
            // what is found at once, and not by a second look
            Attestation first = said.getLast();
            assertThat(Optional.ofNullable(first.reason())).as(cheat.name()).isEqualTo(cheat.reason());
            assertThat(first.verdict())
                    .as(cheat.name())
                    .isEqualTo(cheat.reason().map(VerdictReason::verdict).orElse(Verdict.VALID));
        });
        assertIsOneLine(attestations(""));
    }

    @Test
    void who_does_not_hold_the_memory_that_it_claims_is_found() throws Exception {
        areFound(ChallengeKind.MEMORY, Cheat.NONE, Cheat.HALF_THE_MEMORY, Cheat.DROPPED_MEMORY);
    }

    @Test
    void who_does_not_write_the_file_that_it_claims_is_found() throws Exception {
        areFound(ChallengeKind.STORAGE, Cheat.NONE, Cheat.LOST_PAGES, Cheat.OLD_FILE);
    }

    /** What is sent to it flows through the coordinator. */
    @Test
    void who_does_not_fetch_what_it_is_sent_is_found() throws Exception {
        areFound(ChallengeKind.NETWORK, Cheat.NONE, Cheat.NO_STREAM, Cheat.ZEROS_BACK);
    }

    /** Who calculates what a container would say passes, as docs/VERIFICATION.md says. */
    @Test
    void who_answers_for_no_container_of_this_challenge_is_found() throws Exception {
        areFound(ChallengeKind.CONTAINER, Cheat.NONE, Cheat.OLD_CONTAINER, Cheat.OPEN_CONTAINER, Cheat.ENGINE_AWAY);
    }

    private static void areFound(ChallengeKind kind, Cheat... cheats) throws Exception {
        each(
                kind,
                cheats,
                (cheat, said) -> assertThat(Optional.ofNullable(said.getFirst().reason()))
                        .as(cheat.name())
                        .isEqualTo(cheat.reason()));
    }

    /**
     * Looks at what is said of one node for each cheat once something is said of all of them. They answer products, which
     * every newcomer is asked for, and what is to be looked at.
     *
     * @param look at a node's attestations of that kind, newest first
     */
    private static void each(ChallengeKind kind, Cheat[] cheats, BiConsumer<Cheat, List<Attestation>> look)
            throws Exception {
        var nodes = new EnumMap<Cheat, WalletKey>(Cheat.class);
        var miners = new ArrayList<CheatingMiner>();
        try {
            for (Cheat cheat : cheats) {
                WalletKey node = WalletKey.generate(new SecureRandom());
                nodes.put(cheat, node);
                String name = kind + "-" + cheat;
                miners.add(new CheatingMiner(miner, name, cheat, WorkCheat.NONE, node, System.out)
                        .answering(ChallengeKind.COMPUTE, kind)
                        .start());
            }
            nodes.forEach((cheat, node) -> pithead.server()
                    .await(
                            "what is said of " + cheat + " in " + kind,
                            SOON,
                            () -> !of(node, kind).isEmpty()));
            nodes.forEach((cheat, node) -> look.accept(cheat, of(node, kind)));
        } finally {
            miners.forEach(CheatingMiner::close);
        }
    }

    private static List<Attestation> of(WalletKey node, ChallengeKind kind) {
        return attestations("&node=" + node.address().text()).stream()
                .filter(one -> one.kind() == AttestationKind.of(kind))
                .toList();
    }

    /** Newest first, all pages. */
    private static List<Attestation> attestations(String query) {
        var attestations = new ArrayList<Attestation>();
        String more = "";
        JsonNode cursor;
        do {
            JsonNode page = anybody.get("/v1/attestations?limit=200" + query + more)
                    .expect(200)
                    .body();
            for (JsonNode item : page.get("items")) {
                try {
                    attestations.add(Json.bind(item, Attestation.class));
                } catch (InvalidPayloadException e) {
                    throw new AssertionError("no attestation: " + item, e);
                }
            }
            cursor = page.get("next_cursor");
            more = "&cursor=" + cursor.asText();
        } while (!cursor.isNull());
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
