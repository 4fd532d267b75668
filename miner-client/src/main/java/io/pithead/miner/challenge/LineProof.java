package io.pithead.miner.challenge;

import io.pithead.miner.api.Answer;
import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * The answer to one challenge of the line, in the agent itself: hashing it costs as good as nothing. The stream is not kept; the question is
 * what it was made of. A stream that is not the validator's is not committed to, so that nobody on the way can make a liar of this node.
 */
final class LineProof implements Proving {
    private static final int PERCENT = 100;
    private static final long MIB = 1 << 20;

    private final Challenge challenge;
    private final Source source;
    private final Fetch fetch;
    private final IntConsumer progress;

    /** Fetches the stream, once or again, and hands on what comes. */
    @FunctionalInterface
    interface Fetch {
        void stream(Function<Duration, Answer<Boolean>> once) throws UnansweredException, InterruptedException;
    }

    /** One try: the bytes go to the consumer as they come. */
    @FunctionalInterface
    interface Source {
        Answer<Boolean> read(Duration within, Consumer<ByteBuffer> sink);
    }

    LineProof(Challenge challenge, Source source, Fetch fetch, IntConsumer progress) {
        this.challenge = challenge;
        this.source = source;
        this.fetch = fetch;
        this.progress = progress;
    }

    /** Of one try. */
    private final class Heard {
        private final MessageDigest all = Digests.sha256();
        private final MessageDigest held = NetworkStream.held(challenge);
        private long bytes;

        void take(ByteBuffer piece) {
            bytes += piece.remaining();
            all.update(piece.duplicate());
            held.update(piece);
            progress.accept((int) (PERCENT * bytes / (challenge.size() * MIB)));
        }
    }

    @Override
    public Commitment commitment(Duration within) throws UnansweredException, InterruptedException {
        var last = new Heard[1];
        fetch.stream(left -> {
            last[0] = new Heard();
            return source.read(left, last[0]::take);
        });
        Heard heard = last[0];
        if (!HexFormat.of().formatHex(heard.all.digest()).equals(challenge.nonce())) {
            throw new UnansweredException("what came is not the validator's stream");
        }
        return new Commitment(challenge.id(), challenge.digest(), HexFormat.of().formatHex(heard.held.digest()), null);
    }

    @Override
    public Opening open(Question question, Duration within) throws UnansweredException {
        var stream = new NetworkStream(question.question());
        if (!stream.nonce(challenge.size()).equals(challenge.nonce())) {
            throw new UnansweredException("the question is not what the stream was made of");
        }
        var rows = new ArrayList<OpenedRow>();
        for (int block : Asked.rows(challenge, question)) {
            rows.add(OpenedRow.of(block, stream.block(block)));
        }
        return new Opening(challenge.id(), question.digest(), rows, null);
    }

    @Override
    public void close() {
        // nothing of it stays
    }
}
