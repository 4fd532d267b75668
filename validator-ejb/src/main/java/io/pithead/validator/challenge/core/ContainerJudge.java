package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.ContainerFacts;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.VerdictReason;
import java.util.List;
import java.util.Optional;

/** What a node's word for what a container said is worth: the digest is made again, and the facts are known before. */
final class ContainerJudge {
    private ContainerJudge() {}

    static Optional<VerdictReason> factsFault(Challenge challenge, Commitment commitment, List<OpenedRow> opened) {
        if (opened.size() != 1 || opened.getFirst().index() != 0) {
            return Optional.of(VerdictReason.WRONG_ROWS);
        }
        OpenedRow said = opened.getFirst();
        Optional<String> text = said.bytes(challenge.entries()).flatMap(ContainerFacts::text);
        if (text.isEmpty()) {
            return Optional.of(VerdictReason.WRONG_SHAPE);
        }
        if (!said.path().isEmpty()) {
            return Optional.of(VerdictReason.WRONG_PATH);
        }
        String facts = text.get();
        if (!ContainerFacts.digest(challenge, facts).equals(commitment.root())) {
            return Optional.of(VerdictReason.WRONG_DIGEST);
        }
        if (ContainerFacts.whyNone(facts).isPresent()) {
            return Optional.of(VerdictReason.NO_CONTAINER);
        }
        return ContainerFacts.hold(challenge, facts) ? Optional.empty() : Optional.of(VerdictReason.WRONG_FACTS);
    }
}
