package io.pithead.miner.agent.core;

import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.node.Directive;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What happened. {@code sent} is when the call was made that an answer belongs to. */
public sealed interface Event {
    /** Time passed. */
    record Tick() implements Event {}

    /** What this miner can do is known, or is no longer what it said. */
    record CapabilitiesKnown() implements Event {}

    record Registered(Instant sent, Instant serverTime, Pace pace) implements Event {}

    record Beaten(Instant sent, Instant serverTime, Duration heartbeat, Duration poll, List<Directive> directives)
            implements Event {}

    /** The answer to a poll; empty when there was no work. */
    record Offered(List<JobOffer> offers) implements Event {}

    record Renewed(Attempt attempt, Instant sent, Instant expiresAt, boolean cancel) implements Event {}

    record Percent(Attempt attempt, int percent) implements Event {}

    /** A container does something else now, or has done what it was told. */
    record Changed(Attempt attempt) implements Event {}

    /** The result, or the report of a failure, is safe on disk; the child process or container has ended. */
    record Stored(Attempt attempt) implements Event {}

    /** The child process or container has ended and there is nothing to report. */
    record Gone(Attempt attempt) implements Event {}

    /** The coordinator has the result, or wants none; it is no longer on disk. */
    record Delivered(Attempt attempt) implements Event {}

    record DrainAnswered() implements Event {}

    /** @param attempt for progress and deliveries */
    record Troubled(Call call, Optional<Attempt> attempt, Trouble trouble) implements Event {}

    record DrainAsked() implements Event {}

    record StopAsked() implements Event {}
}
