package io.pithead.demo;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.signing.WalletKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** One answer to a challenge of the line as its cheat makes it; who cheats in something else fetches all of it. */
public final class CheatingLine implements CheatingAnswer {
    private final Cheat cheat;
    private final WalletKey node;
    private final Challenge challenge;
    private final byte[] stream;

    /** @param stream what came */
    public CheatingLine(Cheat cheat, WalletKey node, Challenge challenge, byte[] stream) {
        this.cheat = cheat.kind() == challenge.kind() ? cheat : Cheat.NONE;
        this.node = node;
        this.challenge = challenge;
        this.stream = stream;
    }

    @Override
    public Optional<Commitment> commitment() {
        String root = cheat == Cheat.NO_STREAM
                ? challenge.nonce()
                : HexFormat.of().formatHex(NetworkStream.held(challenge).digest(stream));
        return Optional.of(
                new Commitment(challenge.id(), challenge.digest(), root, null).signed(challenge.chain(), node));
    }

    @Override
    public Optional<Opening> opening(Question question) {
        var right = new NetworkStream(question.question());
        var blocks = Arrays.stream(Asked.rows(challenge, question))
                .mapToObj(block -> OpenedRow.of(
                        block, cheat == Cheat.ZEROS_BACK ? new byte[NetworkStream.BLOCK] : right.block(block)))
                .toList();
        return Optional.of(
                new Opening(challenge.id(), question.digest(), blocks, null).signed(challenge.chain(), node));
    }
}
