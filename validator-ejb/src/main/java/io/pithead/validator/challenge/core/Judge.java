package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeMessage;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Freivalds;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.challenge.Timing;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.signing.Digests;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is worth; of memory and files, {@link MemoryJudge} looks at the pages. What costs little is looked at first, and the arithmetic, of the order of the square of the size, only for rows
 * that the node signed and had committed to.
 */
public final class Judge {
    private Judge() {}

    /**
     * @param previous the digest of the validator's attestation before; null for its first
     * @param good how long it says something of the node
     */
    public static Attestation attest(
            Challenge challenge, Answers answers, @Nullable String previous, Instant now, Duration good) {
        return attest(
                challenge,
                fault(challenge, answers).orElse(null),
                answers.tookMs(challenge.issuedAt()),
                null,
                ChallengeMessage.evidence(challenge, answers.commitment(), answers.question(), answers.opening()),
                previous,
                now,
                good);
    }

    /** Of what was judged before, as of now: attestations follow each other, judgements need not. */
    public static Attestation attest(
            Challenge challenge,
            @Nullable VerdictReason reason,
            @Nullable Long tookMs,
            @Nullable Timing timing,
            String evidence,
            @Nullable String previous,
            Instant now,
            Duration good) {
        return new Attestation(
                challenge.id(),
                challenge.chain(),
                challenge.validator(),
                challenge.node(),
                AttestationKind.of(challenge.kind()),
                challenge.size(),
                challenge.rows(),
                reason == null ? Verdict.VALID : reason.verdict(),
                reason,
                tookMs,
                timing,
                evidence,
                previous,
                now,
                now.plus(good),
                null);
    }

    /** The first thing that is wrong with the answer; empty when it is right. */
    public static Optional<VerdictReason> fault(Challenge challenge, Answers answers) {
        Commitment commitment = answers.commitment();
        Question question = answers.question();
        Opening opening = answers.opening();
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
        return bindingFault(challenge, commitment, question, opening).or(() -> switch (challenge.kind()) {
            case COMPUTE -> rowsFault(challenge, commitment, question, opening.rows());
            case MEMORY, STORAGE -> MemoryJudge.pagesFault(challenge, commitment, question, opening.rows());
            case NETWORK -> NetworkJudge.streamFault(challenge, commitment, question, opening.rows());
            case CONTAINER -> ContainerJudge.factsFault(challenge, commitment, opening.rows());
        });
    }

    /** Whether a commitment is worth a question. */
    public static Optional<VerdictReason> commitmentFault(Challenge challenge, Commitment commitment) {
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
            Challenge challenge, Commitment commitment, Question question, Opening opening) {
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
            Challenge challenge, Commitment commitment, Question question, List<OpenedRow> opened) {
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
