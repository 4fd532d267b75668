package io.pithead.miner.agent.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** How the agent ends: drained and empty, or stopped. */
final class Ending {
    /** Results that the coordinator does not take by then stay on disk for the next start. */
    static final Duration LAST_DELIVERIES = Duration.ofSeconds(10);
    /** A poll that was parked when the drain was answered may still bring an offer. */
    static final Duration LAST_POLL = Duration.ofSeconds(2);

    static final Duration LAST_KILLS = Duration.ofSeconds(5);
    static final int DRAIN_TRIES = 3;

    private Phase phase = Phase.WORKING;
    private Channel drainCall = Channel.dueAt(Instant.EPOCH);
    private Optional<Instant> drainAnswered = Optional.empty();
    private Optional<Instant> emptySince = Optional.empty();
    private Optional<Instant> stoppedAt = Optional.empty();

    Phase phase() {
        return phase;
    }

    boolean isWorking() {
        return phase == Phase.WORKING;
    }

    boolean isStopping() {
        return phase == Phase.STOPPING;
    }

    void drain(Instant now) {
        if (phase == Phase.WORKING) {
            phase = Phase.DRAINING;
            drainCall = Channel.dueAt(now);
        }
    }

    void stop(Instant now) {
        phase = Phase.STOPPING;
        stoppedAt = Optional.of(stoppedAt.orElse(now));
    }

    void drainAnswered(Instant now) {
        drainAnswered = Optional.of(now);
    }

    void drainFailed(Instant now, Trouble trouble, double roll) {
        drainCall = drainCall.failed(now, trouble, roll);
    }

    Channel drainCall() {
        return drainCall;
    }

    boolean wantsDrainCall(boolean registered) {
        return phase == Phase.DRAINING && registered && drainAnswered.isEmpty() && drainCall.failures() < DRAIN_TRIES;
    }

    boolean startDrainCall(boolean registered, Instant now) {
        if (!wantsDrainCall(registered) || !drainCall.isDue(now)) {
            return false;
        }
        drainCall = drainCall.started();
        return true;
    }

    boolean isOver(boolean nothingRuns, boolean nothingUnsent, boolean polling, boolean registered, Instant now) {
        return switch (phase) {
            case WORKING -> false;
            case STOPPING -> nothingRuns || passed(stoppedAt, LAST_KILLS, now);
            case DRAINING -> isDrained(nothingRuns, nothingUnsent, polling, registered, now);
        };
    }

    private boolean isDrained(
            boolean nothingRuns, boolean nothingUnsent, boolean polling, boolean registered, Instant now) {
        if (!nothingRuns) {
            emptySince = Optional.empty();
            return false;
        }
        emptySince = Optional.of(emptySince.orElse(now));
        boolean sent = nothingUnsent || passed(emptySince, LAST_DELIVERIES, now);
        boolean told = !wantsDrainCall(registered);
        boolean quiet = !polling || drainAnswered.isEmpty() || passed(drainAnswered, LAST_POLL, now);
        return sent && told && quiet;
    }

    /** When waiting for the end must be looked at again. */
    Stream<Instant> deadlines() {
        return Stream.of(
                        stoppedAt.map(at -> at.plus(LAST_KILLS)),
                        emptySince.map(at -> at.plus(LAST_DELIVERIES)),
                        drainAnswered.filter(at -> phase == Phase.DRAINING).map(at -> at.plus(LAST_POLL)))
                .flatMap(Optional::stream);
    }

    private static boolean passed(Optional<Instant> since, Duration after, Instant now) {
        return since.isPresent() && !now.isBefore(since.get().plus(after));
    }
}
