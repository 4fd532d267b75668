package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.demo.Cheat;
import io.pithead.demo.CheatingAnswer;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.validator.challenge.core.Answers;
import io.pithead.validator.challenge.core.Judge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each cheat is what it says, by the validator's own judge, for the first challenge and for a later one. */
class CheatingProverTest {
    private static final WalletKey VALIDATOR = WalletKey.of(Keccak.digest(new byte[] {1}));
    private static final WalletKey NODE = WalletKey.of(Keccak.digest(new byte[] {2}));
    private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");
    private static final int SIZE = 96;
    private static final int ROWS = 8;
    private static final int MIB = 48;

    private static String bytes32(int of) {
        return HexFormat.of().formatHex(Keccak.digest(new byte[] {(byte) of}));
    }

    private static Challenge challenge(Cheat cheat, int number) {
        boolean memory = cheat.kind().isOfPages();
        boolean line = cheat.kind() == ChallengeKind.NETWORK;
        boolean box = cheat.kind() == ChallengeKind.CONTAINER;
        return new Challenge(
                        new UUID(7, number),
                        0L,
                        VALIDATOR.address().text(),
                        NODE.address().text(),
                        cheat.kind(),
                        memory || line ? 1 : box ? MIB : SIZE,
                        box ? 1 : ROWS,
                        memory ? 1 : null,
                        line ? new NetworkStream(bytes32(number)).nonce(1) : bytes32(number),
                        NOW,
                        NOW.plusSeconds(60),
                        null)
                .signed(VALIDATOR);
    }

    @ParameterizedTest
    @EnumSource
    void a_cheat_is_found_and_an_honest_answer_is_not(Cheat cheat) throws Exception {
        Challenge first = challenge(cheat, 1);
        Challenge second = challenge(cheat, 2);
        assertThat(Judge.fault(first, told(cheat, first, Optional.empty(), 1))).isEqualTo(cheat.reason());
        assertThat(Judge.fault(second, told(cheat, second, Optional.of(first), 2)))
                .isEqualTo(cheat.reason());
    }

    private static byte[] fetched(int number) throws IOException {
        var bytes = new ByteArrayOutputStream();
        new NetworkStream(bytes32(number)).sendTo(bytes::write, 1);
        return bytes.toByteArray();
    }

    /** What a coordinator carries: the node's own words, each an answer to the one before. */
    private static Answers told(Cheat cheat, Challenge challenge, Optional<Challenge> before, int number)
            throws Exception {
        CheatingAnswer prover = CheatingAnswer.of(cheat, NODE, challenge, before, () -> fetched(number));
        Commitment commitment = prover.commitment()
                .filter(one ->
                        one.isSignedBy(0, challenge.node()) && one.answers().equals(challenge.digest()))
                .orElse(null);
        if (commitment == null) {
            return Answers.NONE;
        }
        Question question = new Question(
                        challenge.id(),
                        commitment.digest(),
                        bytes32(challenge.kind() == ChallengeKind.NETWORK ? number : 9),
                        NOW.plusSeconds(90),
                        null)
                .signed(0, VALIDATOR);
        @Nullable
        Opening opening = prover.opening(question)
                .filter(one ->
                        one.isSignedBy(0, challenge.node()) && one.question().equals(question.digest()))
                .orElse(null);
        return new Answers(commitment, NOW, question, opening, opening == null ? null : NOW);
    }
}
