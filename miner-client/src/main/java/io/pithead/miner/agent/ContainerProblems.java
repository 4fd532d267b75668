package io.pithead.miner.agent;

import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.core.Problem;

/** What a complaint of the engine's means for an attempt. */
final class ContainerProblems {
    private ContainerProblems() {}

    static Problem of(EngineException e) {
        return switch (e.kind()) {
            case AWAY -> Problem.passing("ENGINE_UNAVAILABLE", e.text());
            case NOT_FOUND -> Problem.passing("CONTAINER_LOST", e.text());
            case NAME_TAKEN -> Problem.passing("NAME_TAKEN", e.text());
            case PORT_TAKEN -> Problem.passing("PORT_TAKEN", e.text());
            case UNAUTHORIZED -> Problem.fatal("IMAGE_UNAUTHORIZED", e.text());
            case WRONG_PLATFORM -> Problem.passing("IMAGE_WRONG_PLATFORM", e.text());
            case DISK_FULL -> Problem.passing("DISK_FULL", e.text());
            // what the program's name or a mount brought about would be no better elsewhere
            case INVALID -> Problem.fatal("START_FAILED", e.text());
            case OTHER -> Problem.passing("ENGINE_FAILED", e.text());
        };
    }
}
