package io.pithead.miner.challenge;

import io.pithead.protocol.challenge.Challenge;
import java.time.Duration;

/** Runs the container that a challenge asks for. */
@FunctionalInterface
public interface ContainerTrial {
    /**
     * @return what the container said, digest and all as it must be
     * @throws UnansweredException with the reason, where none runs now, or none that is closed in as it was asked for
     */
    String facts(Challenge challenge, Duration within) throws UnansweredException, InterruptedException;

    /** Of a miner that runs none. */
    static ContainerTrial off() {
        return (challenge, within) -> {
            throw new UnansweredException("this miner runs no containers");
        };
    }
}
