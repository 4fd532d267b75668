package io.pithead.coordinator.task.core;

import java.util.Optional;

/** What a task or a run asks of a machine, as placement looks at it. */
public record Requirements(io.pithead.protocol.node.Requirements text) {
    public static final Requirements NONE = new Requirements(io.pithead.protocol.node.Requirements.NONE);

    /** @throws IllegalArgumentException that names the part and what is wrong with it */
    public static Requirements parse(String text) {
        return new Requirements(io.pithead.protocol.node.Requirements.parse(text));
    }

    /** The first thing that this machine lacks; empty when it fits. */
    public Optional<PlacementRefusal> refusal(Machine machine) {
        return text.lack(machine.cores(), machine.ramMb(), machine.diskMb(), machine.gpus())
                .map(lack -> switch (lack) {
                    case NOT_ENOUGH_CORES -> PlacementRefusal.NOT_ENOUGH_CORES;
                    case NOT_ENOUGH_RAM -> PlacementRefusal.NOT_ENOUGH_RAM;
                    case NOT_ENOUGH_STORAGE -> PlacementRefusal.NOT_ENOUGH_STORAGE;
                    case OTHER_GPUS -> PlacementRefusal.OTHER_GPUS;
                });
    }
}
