package io.pithead.miner.testing;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.validator.challenge.core.Answers;
import io.pithead.validator.challenge.core.Judge;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Makes challenges and judges by the validator's own rules. */
public final class TestValidator {
    public static final WalletKey KEY = WalletKey.of(Keccak.digest(new byte[] {4}));
    public static final int ROWS = 8;
    public static final Duration TIME = Duration.ofMinutes(10);

    private TestValidator() {}

    public static Challenge challenge(Address node, int size) {
        return challenge(node, size, Instant.now().plus(TIME));
    }

    public static Challenge challenge(Address node, int size, Instant commitBy) {
        return new Challenge(
                        UUID.randomUUID(),
                        31_337L,
                        KEY.address().text(),
                        node.text(),
                        ChallengeKind.COMPUTE,
                        size,
                        ROWS,
                        random(),
                        commitBy.minus(TIME),
                        commitBy,
                        null)
                .signed(KEY);
    }

    public static Challenge memory(Address node, int mib, int turns) {
        return pages(ChallengeKind.MEMORY, node, mib, turns);
    }

    public static Challenge storage(Address node, int mib) {
        return pages(ChallengeKind.STORAGE, node, mib, 1);
    }

    public static Challenge line(Address node, String key, int mib) {
        Instant now = Instant.now();
        return new Challenge(
                        UUID.randomUUID(),
                        31_337L,
                        KEY.address().text(),
                        node.text(),
                        ChallengeKind.NETWORK,
                        mib,
                        ROWS,
                        new NetworkStream(key).nonce(mib),
                        now,
                        now.plus(TIME),
                        null)
                .signed(KEY);
    }

    public static Challenge container(Address node) {
        Instant now = Instant.now();
        return new Challenge(
                        UUID.randomUUID(),
                        31_337L,
                        KEY.address().text(),
                        node.text(),
                        ChallengeKind.CONTAINER,
                        48,
                        1,
                        random(),
                        now,
                        now.plus(TIME),
                        null)
                .signed(KEY);
    }

    private static Challenge pages(ChallengeKind kind, Address node, int mib, int turns) {
        Instant now = Instant.now();
        return new Challenge(
                        UUID.randomUUID(),
                        31_337L,
                        KEY.address().text(),
                        node.text(),
                        kind,
                        mib,
                        ROWS,
                        turns,
                        random(),
                        now,
                        now.plus(TIME),
                        null)
                .signed(KEY);
    }

    public static Question question(Challenge challenge, Commitment commitment, WalletKey asker) {
        return question(challenge, commitment, random(), asker);
    }

    public static Question question(Challenge challenge, Commitment commitment, String what, WalletKey asker) {
        return new Question(
                        challenge.id(),
                        commitment.digest(),
                        what,
                        challenge.commitBy().plus(TIME),
                        null)
                .signed(challenge.chain(), asker);
    }

    private static String random() {
        return Digests.sha256Hex(UUID.randomUUID().toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** What is wrong with what came, which came in time. */
    public static Optional<VerdictReason> fault(Challenge challenge, TestChallenges.Heard heard) {
        return Judge.fault(
                challenge,
                new Answers(
                        heard.commitment(),
                        challenge.issuedAt(),
                        heard.question(),
                        heard.opening(),
                        challenge.commitBy()));
    }
}
