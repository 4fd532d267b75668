package io.pithead.miner.challenge;

import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import java.time.Duration;

/** Proves one challenge, here or in a process of its own. What it gives is to be signed. */
interface Proving extends AutoCloseable {
    /** @throws UnansweredException when there is none, or none within this time */
    Commitment commitment(Duration within) throws UnansweredException, InterruptedException;

    /** @throws UnansweredException when there is none, or none within this time */
    Opening open(Question question, Duration within) throws UnansweredException, InterruptedException;

    @Override
    void close();
}
