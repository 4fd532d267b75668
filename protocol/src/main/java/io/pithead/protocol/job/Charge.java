package io.pithead.protocol.job;

import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A node of which so many answers were judged wrong that it was suspended, and the latest of those that it signed, for validators to do once
 * more. What they find of each is a {@link Finding} of its case.
 *
 * @param node its address
 */
public record Charge(UUID id, String node, Instant openedAt, Instant until, List<Answer> answers) {
    public static final int MAX_ANSWERS = 5;
    /** So many that are found wrong cost the stake; fewer cost nothing (docs/REPUTATION.md, Charges). */
    public static final int WRONG_ENOUGH = 3;

    public Charge {
        answers = List.copyOf(answers);
    }

    /** @param referee the id of the case */
    public record Answer(UUID referee, ProofClaim claim) {}

    /**
     * One digest for all that an attestation of the charge rests on: of each answer its claim's and the validator's finding's; of what it did
     * not find 32 zeros.
     *
     * @param findings the validator's own, by case
     */
    public static String evidence(List<Answer> answers, Map<UUID, Finding> findings) {
        int length = Digests.sha256().getDigestLength();
        ByteBuffer digests = ByteBuffer.allocate(2 * length * answers.size());
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            digests.put(2 * length * i, HexFormat.of().parseHex(answer.claim().digest()));
            Finding finding = findings.get(answer.referee());
            if (finding != null) {
                digests.put(2 * length * i + length, HexFormat.of().parseHex(finding.digest()));
            }
        }
        return Digests.sha256Hex(digests.array());
    }
}
