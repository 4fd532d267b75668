package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The keys and times of a test's challenges. */
final class Story {
    static final long CHAIN = 31_337;
    static final Instant ISSUED = Instant.parse("2026-11-22T02:00:00Z");
    static final Instant COMMIT_BY = ISSUED.plusSeconds(60);
    static final Instant OPEN_BY = ISSUED.plusSeconds(90);
    static final WalletKey VALIDATOR = WalletKey.generate(new SecureRandom());
    static final WalletKey NODE = WalletKey.generate(new SecureRandom());
    static final WalletKey OTHER_NODE = WalletKey.generate(new SecureRandom());

    private Story() {}

    /** The same text gives the same 32 bytes, so that a test repeats. */
    static String bytes32(String text) {
        return Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8));
    }

    static Challenge challenge(int size, int rows, String nonce) {
        return challenge(NODE, size, rows, nonce);
    }

    static Challenge challenge(WalletKey node, int size, int rows, String nonce) {
        return new Challenge(
                UUID.nameUUIDFromBytes(nonce.getBytes(StandardCharsets.UTF_8)),
                CHAIN,
                VALIDATOR.address().text(),
                node.address().text(),
                ChallengeKind.COMPUTE,
                size,
                rows,
                bytes32(nonce),
                ISSUED,
                COMMIT_BY,
                null);
    }

    /** One MiB of memory. */
    static Challenge memory(WalletKey node, int pages, int turns, String nonce) {
        return pages(ChallengeKind.MEMORY, node, pages, turns, nonce);
    }

    /** One MiB of memory or of a file. */
    static Challenge pages(ChallengeKind kind, WalletKey node, int pages, int turns, String nonce) {
        return new Challenge(
                UUID.nameUUIDFromBytes(nonce.getBytes(StandardCharsets.UTF_8)),
                CHAIN,
                VALIDATOR.address().text(),
                node.address().text(),
                kind,
                1,
                pages,
                turns,
                bytes32(nonce),
                ISSUED,
                COMMIT_BY,
                null);
    }

    static Question question(Challenge challenge, Commitment commitment, String question) {
        return new Question(challenge.id(), commitment.digest(), bytes32(question), OPEN_BY, null);
    }

    /** The node says this, all of it signed and in time, and a validator asks as it should. */
    static Optional<VerdictReason> told(Challenge challenge, Commitment commitment, Opener opener) {
        Challenge issued = challenge.signed(VALIDATOR);
        Question question = question(issued, commitment, "question").signed(CHAIN, VALIDATOR);
        var opened = new Opening(challenge.id(), question.digest(), opener.rows(question), null);
        return Judge.fault(
                issued,
                new Answers(
                        commitment.signed(CHAIN, NODE),
                        ISSUED.plusSeconds(30),
                        question,
                        opened.signed(CHAIN, NODE),
                        ISSUED.plusSeconds(70)));
    }

    interface Opener {
        List<OpenedRow> rows(Question question);
    }
}
