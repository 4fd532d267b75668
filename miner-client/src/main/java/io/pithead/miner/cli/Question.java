package io.pithead.miner.cli;

import io.pithead.miner.chain.ChainException;
import io.pithead.miner.config.ConfigException;
import java.io.Console;
import java.util.List;

/** Whether the owner agrees. No answer is no. */
final class Question {
    private Question() {}

    /** @param yes the owner has agreed beforehand */
    static void ask(Screen screen, String question, boolean yes) throws ChainException, ConfigException {
        if (yes) {
            return;
        }
        Console console = System.console();
        if (console == null || !Terminal.isTypedInto()) {
            throw new ConfigException(List.of("nobody can be asked here: look at what it says, and add --yes"));
        }
        screen.note(question + " [y/N]");
        String answer = console.readLine();
        if (answer == null || !answer.strip().matches("(?i)y|yes")) {
            throw new ChainException("not confirmed: nothing was sent");
        }
    }
}
