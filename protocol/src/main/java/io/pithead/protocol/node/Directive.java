package io.pithead.protocol.node;

import io.pithead.protocol.run.Invite;
import io.pithead.protocol.task.ContainerOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order to a miner. {@code stop} names the job and lease to end at once and why: {@code cancelled}, {@code lost} or
 * {@code expired}; {@code drain} asks for no new work. {@code task} says what a container job should do now, with the
 * generation of that wish: repeated until the miner's progress reports that generation, and a miner does nothing for one it
 * has carried out. {@code logs} asks for a job's output as it comes, until a heartbeat no longer asks. {@code invite} offers a place in a
 * run, until the node has answered or the offer is over, and {@code challenge} names a validator's challenge that is to be
 * fetched, in the same way.
 */
public record Directive(
        String type,
        @Nullable UUID job,
        @Nullable Long lease,
        @Nullable String reason,
        @Nullable ContainerOrder order,
        @Nullable Long generation,
        @Nullable Invite invite,
        @Nullable UUID challenge) {
    public static Directive stop(UUID job, long lease, String reason) {
        return new Directive("stop", job, lease, reason, null, null, null, null);
    }

    public static Directive drain() {
        return new Directive("drain", null, null, null, null, null, null, null);
    }

    public static Directive task(UUID job, long lease, ContainerOrder order, long generation) {
        return new Directive("task", job, lease, null, order, generation, null, null);
    }

    public static Directive logs(UUID job, long lease) {
        return new Directive("logs", job, lease, null, null, null, null, null);
    }

    public static Directive invite(Invite invite) {
        return new Directive("invite", null, null, null, null, null, invite, null);
    }

    public static Directive challenge(UUID challenge) {
        return new Directive("challenge", null, null, null, null, null, null, challenge);
    }
}
