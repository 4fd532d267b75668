package io.pithead.miner.cli;

import io.pithead.miner.chain.ChainException;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.Requirements;
import java.util.Optional;

/** Whether this machine is what a run wants. */
final class RunFit {
    private RunFit() {}

    /** @throws ChainException that says what is lacking, and what was asked for */
    static void require(long run, String text, Hardware hardware) throws ChainException {
        Optional<Requirements.Lack> lack;
        try {
            lack = Requirements.parse(text).lack(hardware);
        } catch (IllegalArgumentException e) {
            throw new ChainException("the requirements of run " + run + " cannot be understood: " + e.getMessage());
        }
        if (lack.isPresent()) {
            throw new ChainException("this machine is not what run " + run + " asks for: " + lack.get() + " (" + text
                    + "). Nothing was sent");
        }
    }
}
