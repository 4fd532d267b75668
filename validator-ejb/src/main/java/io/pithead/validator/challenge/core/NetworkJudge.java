package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.VerdictReason;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a node's word for a stream is worth: with the key, which is the question, everybody makes it again. */
final class NetworkJudge {
    private NetworkJudge() {}

    static Optional<VerdictReason> streamFault(
            Challenge challenge, Commitment commitment, Question question, List<OpenedRow> opened) {
        var stream = new NetworkStream(question.question());
        if (!stream.nonce(challenge.size()).equals(challenge.nonce())) {
            // the validator did not ask with what it had sent: whatever came says nothing of the node
            return Optional.of(VerdictReason.OTHER_CHALLENGE);
        }
        if (!stream.root(challenge).equals(commitment.root())) {
            return Optional.of(VerdictReason.WRONG_STREAM);
        }
        int[] asked = Asked.rows(challenge, question);
        if (!Arrays.equals(opened.stream().mapToInt(OpenedRow::index).toArray(), asked)) {
            return Optional.of(VerdictReason.WRONG_ROWS);
        }
        for (OpenedRow row : opened) {
            Optional<byte[]> values = row.bytes(challenge.entries());
            if (values.isEmpty()) {
                return Optional.of(VerdictReason.WRONG_SHAPE);
            }
            if (!row.path().isEmpty()) {
                return Optional.of(VerdictReason.WRONG_PATH);
            }
            if (!Arrays.equals(values.get(), stream.block(row.index()))) {
                return Optional.of(VerdictReason.WRONG_STREAM);
            }
        }
        return Optional.empty();
    }
}
