package io.pithead.miner.agent.core;

import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.task.ContainerOrder;
import java.time.Duration;
import java.util.List;

/** What the shell must do now. Every call is answered by an event, good or bad. */
public sealed interface Order {
    record Register() implements Order {}

    record Beat(List<Heartbeat.Running> running) implements Order {}

    record Poll(int slots, Duration parked) implements Order {}

    record Start(JobOffer offer) implements Order {}

    /** Give an offer back: there is no slot for it. */
    record Decline(JobOffer offer) implements Order {}

    record Kill(Attempt attempt, StopReason reason) implements Order {}

    /** What the buyer wants of a container, as often as the coordinator says it. */
    record Steer(Attempt attempt, ContainerOrder order, long generation) implements Order {}

    /** Bring the attempt's output to the coordinator as it comes, or no longer. */
    record Follow(Attempt attempt, boolean wanted) implements Order {}

    record Report(Attempt attempt, int percent) implements Order {}

    record Deliver(Attempt attempt) implements Order {}

    record Drain() implements Order {}

    /** Say once that the coordinator was lost or refuses us. */
    record SayLost(Trouble trouble) implements Order {}

    record SayBack(Duration away) implements Order {}

    record End() implements Order {}
}
