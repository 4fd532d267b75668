package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.ChallengeMessage;
import io.pithead.protocol.challenge.ComputeChallenge;
import io.pithead.protocol.challenge.ComputeCommitment;
import io.pithead.protocol.challenge.ComputeOpening;
import io.pithead.protocol.challenge.ComputeQuestion;
import io.pithead.protocol.challenge.ComputeVerdict;
import io.pithead.protocol.challenge.Freivalds;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.signing.Digests;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is worth. What costs little is looked at first, and the arithmetic, of the order of the square of the size, only for rows
 * that the node signed and had committed to.
 */
public final class Judge {
    private Judge() {}

    /** @param previous the digest of the validator's verdict before; null for its first */
    public static ComputeVerdict verdict(
            ComputeChallenge challenge, Answers answers, @Nullable String previous, Instant now) {
        VerdictReason reason = fault(challenge, answers).orElse(null);
        return new ComputeVerdict(
                challenge.id(),
                challenge.chain(),
                challenge.validator(),
                challenge.node(),
                challenge.size(),
                challenge.rows(),
                reason == null ? Verdict.VALID : reason.verdict(),
                reason,
                ChallengeMessage.evidence(challenge, answers.commitment(), answers.question(), answers.opening()),
                previous,
                now,
                null);
    }

    /** The first thing that is wrong with the answer; empty when it is right. */
    public static Optional<VerdictReason> fault(ComputeChallenge challenge, Answers answers) {
        ComputeCommitment commitment = answers.commitment();
        ComputeQuestion question = answers.question();
        ComputeOpening opening = answers.opening();
        if (commitment == null || isLate(answers.committedAt(), challenge.commitBy())) {
            return Optional.of(VerdictReason.NO_COMMITMENT);
        }
        Optional<VerdictReason> committed = commitmentFault(challenge, commitment);
        if (committed.isPresent()) {
            return committed;
        }
        if (question == null || opening == null || isLate(answers.openedAt(), question.openBy())) {
            return Optional.of(VerdictReason.NO_OPENING);
        }
        return bindingFault(challenge, commitment, question, opening)
                .or(() -> rowsFault(challenge, commitment, question, opening.rows()));
    }

    /** Whether a commitment is worth a question. */
    public static Optional<VerdictReason> commitmentFault(ComputeChallenge challenge, ComputeCommitment commitment) {
        if (!challenge.isSignedBy(challenge.chain(), challenge.validator())) {
            return Optional.of(VerdictReason.NOT_SIGNED_BY_VALIDATOR);
        }
        if (!commitment.isSignedBy(challenge.chain(), challenge.node())) {
            return Optional.of(VerdictReason.NOT_SIGNED_BY_NODE);
        }
        boolean answers = commitment.challenge().equals(challenge.id())
                && commitment.answers().equals(challenge.digest());
        return answers ? Optional.empty() : Optional.of(VerdictReason.OTHER_CHALLENGE);
    }

    private static boolean isLate(@Nullable Instant came, Instant deadline) {
        return came == null || came.isAfter(deadline);
    }

    /** A question and an opening that belong together are the validator's and the node's own words. */
    private static Optional<VerdictReason> bindingFault(
            ComputeChallenge challenge,
            ComputeCommitment commitment,
            ComputeQuestion question,
            ComputeOpening opening) {
        if (!question.isSignedBy(challenge.chain(), challenge.validator())) {
            return Optional.of(VerdictReason.NOT_SIGNED_BY_VALIDATOR);
        }
        if (!opening.isSignedBy(challenge.chain(), challenge.node())) {
            return Optional.of(VerdictReason.NOT_SIGNED_BY_NODE);
        }
        boolean bound = question.challenge().equals(challenge.id())
                && question.commitment().equals(commitment.digest())
                && opening.challenge().equals(challenge.id())
                && opening.question().equals(question.digest());
        return bound ? Optional.empty() : Optional.of(VerdictReason.OTHER_CHALLENGE);
    }

    static Optional<VerdictReason> rowsFault(
            ComputeChallenge challenge,
            ComputeCommitment commitment,
            ComputeQuestion question,
            List<OpenedRow> opened) {
        int[] asked = Asked.rows(challenge, question);
        if (!Arrays.equals(opened.stream().mapToInt(OpenedRow::index).toArray(), asked)) {
            return Optional.of(VerdictReason.WRONG_ROWS);
        }
        int[][] rows = new int[asked.length][];
        byte[] root = HexFormat.of().parseHex(commitment.root());
        for (int i = 0; i < asked.length; i++) {
            OpenedRow row = opened.get(i);
            Optional<byte[]> values = row.bytes(challenge.size());
            if (values.isEmpty()) {
                return Optional.of(VerdictReason.WRONG_SHAPE);
            }
            byte[] leaf = RowTree.leaf(Digests.sha256(), asked[i], values.get());
            if (!RowTree.holds(root, challenge.size(), asked[i], leaf, row.siblings())) {
                return Optional.of(VerdictReason.WRONG_PATH);
            }
            rows[i] = RowTree.row(values.get());
        }
        return Freivalds.holds(challenge, asked, rows, Asked.vector(challenge, question))
                ? Optional.empty()
                : Optional.of(VerdictReason.WRONG_PRODUCT);
    }
}
