package io.pithead.miner.challenge;

import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;

/** What a challenge was answered with, until it is opened. */
interface Proof {
    /** To be signed. */
    Commitment commitment();

    /**
     * To be signed.
     *
     * @throws ArithmeticException when this machine made a mistake, so that the answer would be held against it
     */
    Opening open(Question question) throws InterruptedException;
}
