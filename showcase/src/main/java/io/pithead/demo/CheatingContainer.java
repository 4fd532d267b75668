package io.pithead.demo;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.ContainerFacts;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.signing.WalletKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** One answer to a challenge of the engine as its cheat makes it. It never has one: who cheats in something else calculates what one would print, and nobody can tell. */
public final class CheatingContainer implements CheatingAnswer {
    private final Cheat cheat;
    private final WalletKey node;
    private final Challenge challenge;
    private final String facts;
    private final String digest;

    /** @param before the challenge before, whose answer was kept */
    public CheatingContainer(Cheat cheat, WalletKey node, Challenge challenge, Optional<Challenge> before) {
        this.cheat = cheat.kind() == challenge.kind() ? cheat : Cheat.NONE;
        this.node = node;
        this.challenge = challenge;
        Challenge of = this.cheat == Cheat.OLD_CONTAINER ? old(challenge, before) : challenge;
        facts = facts(of);
        digest = this.cheat == Cheat.ECHO ? challenge.nonce() : ContainerFacts.digest(of, facts);
    }

    private static Challenge old(Challenge challenge, Optional<Challenge> before) {
        return before.filter(one -> one.kind() == ChallengeKind.CONTAINER)
                .orElseGet(() -> new Challenge(
                        new UUID(0, 0),
                        challenge.chain(),
                        challenge.validator(),
                        challenge.node(),
                        challenge.kind(),
                        challenge.size(),
                        challenge.rows(),
                        challenge.nonce(),
                        challenge.issuedAt(),
                        challenge.commitBy(),
                        null));
    }

    private String facts(Challenge of) {
        if (cheat == Cheat.ENGINE_AWAY) {
            return ContainerFacts.none("the engine does not answer");
        }
        String closed = ContainerFacts.wanted(of).stream().sorted().collect(Collectors.joining("\n", "", "\n"));
        return cheat == Cheat.OPEN_CONTAINER ? closed.replace("0000000000000000", "000001ffffffffff") : closed;
    }

    @Override
    public Optional<Commitment> commitment() {
        return Optional.of(
                new Commitment(challenge.id(), challenge.digest(), digest, null).signed(challenge.chain(), node));
    }

    @Override
    public Optional<Opening> opening(Question question) {
        OpenedRow said = OpenedRow.of(0, ContainerFacts.page(facts));
        return Optional.of(
                new Opening(challenge.id(), question.digest(), List.of(said), null).signed(challenge.chain(), node));
    }
}
