package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Call;
import io.pithead.miner.agent.core.Event;
import io.pithead.miner.agent.core.Order;
import io.pithead.miner.agent.core.Pace;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.config.MinerConfig;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.Progress;
import io.pithead.protocol.job.ProgressAnswer;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.node.HeartbeatAnswer;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.node.Registered;
import io.pithead.protocol.task.ContainerReport;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the machine's calls and turns their answers into its events. Blocking; every call has its own thread. */
final class Calls {
    private final CoordinatorApi api;
    private final MinerConfig config;
    private final Capabilities capabilities;
    private final UUID instance;

    private volatile Optional<ContainerProber.Finding> containers = Optional.empty();

    /** @param instance tells us apart from another miner of the same id */
    Calls(CoordinatorApi api, MinerConfig config, Capabilities capabilities, UUID instance) {
        this.api = api;
        this.config = config;
        this.capabilities = capabilities;
        this.instance = instance;
    }

    /** What registrations tell of the engine from now on. */
    void containers(ContainerProber.Finding found) {
        containers = Optional.of(found);
    }

    Event register(Set<String> workloads) {
        var wire = capabilities.toWire(workloads, containers, instance);
        return event(Call.REGISTER, Optional.empty(), api.register(wire), ok -> {
            Registered answer = ok.value();
            var pace = new Pace(
                    Duration.ofSeconds(answer.heartbeatSecs()),
                    Duration.ofSeconds(answer.pollSecs()),
                    Duration.ofSeconds(answer.maxWaitSecs()));
            return new Event.Registered(ok.sent(), answer.serverTime(), pace);
        });
    }

    Event beat(List<Heartbeat.Running> running) {
        var heartbeat = new Heartbeat(
                config.minerId(),
                config.wallet().orElse(null),
                capabilities.mode(),
                capabilities.mode() == Mode.GPU,
                load(),
                running,
                null,
                null,
                instance);
        return event(Call.BEAT, Optional.empty(), api.heartbeat(heartbeat), ok -> {
            HeartbeatAnswer answer = ok.value();
            return new Event.Beaten(
                    ok.sent(),
                    answer.serverTime(),
                    Duration.ofSeconds(answer.heartbeatSecs()),
                    Duration.ofSeconds(answer.pollSecs()),
                    answer.directives());
        });
    }

    private static @Nullable BigDecimal load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0 ? null : BigDecimal.valueOf(load).setScale(2, RoundingMode.HALF_UP);
    }

    Event poll(int slots, Duration parked) {
        Answer<List<JobOffer>> answer = api.next(config.minerId(), slots, parked);
        return event(Call.POLL, Optional.empty(), answer, ok -> new Event.Offered(ok.value()));
    }

    Event progress(Attempt attempt, int percent) {
        return progress(attempt, new Progress(attempt.job(), attempt.lease(), percent, null, null));
    }

    /** What a container says of its progress stands beside what is seen of it. */
    Event progress(Order.Report report, ContainerReport container, Optional<String> note) {
        Attempt attempt = report.attempt();
        Integer percent = report.percent() == 0 ? null : report.percent();
        return progress(attempt, new Progress(attempt.job(), attempt.lease(), percent, note.orElse(null), container));
    }

    private Event progress(Attempt attempt, Progress progress) {
        Answer<ProgressAnswer> answer = api.progress(progress);
        return event(
                Call.PROGRESS,
                Optional.of(attempt),
                answer,
                ok -> new Event.Renewed(
                        attempt,
                        ok.sent(),
                        ok.value().leaseExpiresAt(),
                        ok.value().cancel()));
    }

    Event drain() {
        return event(Call.DRAIN, Optional.empty(), api.drain(config.minerId()), ok -> new Event.DrainAnswered());
    }

    private static <T> Event event(
            Call call, Optional<Attempt> attempt, Answer<T> answer, Function<Answer.Ok<T>, Event> understood) {
        return answer instanceof Answer.Ok<T> ok
                ? understood.apply(ok)
                : new Event.Troubled(call, attempt, Delivery.trouble(answer));
    }
}
