package io.pithead.coordinator.job.core;

import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.protocol.job.Constraints;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.Verification;
import io.pithead.protocol.money.Money;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a request means once the operator's defaults are filled in; {@code task} when it is a container of that task;
 * {@code verification} when its proof is judged before it is paid.
 */
public record JobPlan(
        JobRequest request,
        JobNeed need,
        BigInteger price,
        int priority,
        int maxAttempts,
        int maxRuntimeS,
        Duration ttl,
        @Nullable Verification verification,
        @Nullable UUID task) {

    /** A task's container waits for its node as long as the task is wanted. */
    private static final Duration CONTAINER_TTL = Duration.ofDays(3_650);

    /** What the operator fills in for what a buyer leaves out. */
    public record Defaults(BigInteger price, Duration ttl, int maxAttempts, Duration maxRuntime) {}

    public static JobPlan of(JobRequest request, Defaults defaults) {
        Constraints constraints = request.constraints() == null ? Constraints.NONE : request.constraints();
        JobLimits limits = request.limits() == null ? JobLimits.NONE : request.limits();
        BigInteger price = price(request, constraints, defaults);
        long maxRuntimeS = limits.maxRuntimeS() == null ? defaults.maxRuntime().toSeconds() : limits.maxRuntimeS();
        return new JobPlan(
                request,
                JobNeed.of(request.workload(), constraints, limits, price, maxRuntimeS, request.run()),
                price,
                request.priority() == null ? 0 : request.priority(),
                request.maxAttempts() == null ? defaults.maxAttempts() : request.maxAttempts(),
                (int) maxRuntimeS,
                request.ttlS() == null ? defaults.ttl() : Duration.ofSeconds(request.ttlS()),
                request.judged().orElse(null),
                null);
    }

    /**
     * The job of a task on the node that was chosen for it.
     *
     * @param price what is paid with its receipt
     * @param offer what its node's ask is compared with: the price, or that of an hour where time is paid
     */
    public static JobPlan container(
            UUID task,
            UUID node,
            JobRequest request,
            BigInteger price,
            BigInteger offer,
            int maxAttempts,
            int maxRuntimeS) {
        return new JobPlan(
                request,
                JobNeed.on(node, request.workload(), offer, request.run()),
                price,
                request.priority() == null ? 0 : request.priority(),
                maxAttempts,
                maxRuntimeS,
                CONTAINER_TTL,
                null,
                task);
    }

    /** The offer: stated outright, or the highest ask the buyer accepts, or the operator's default. */
    private static BigInteger price(JobRequest request, Constraints constraints, Defaults defaults) {
        String offered = request.price() != null ? request.price() : constraints.maxPrice();
        return offered == null ? defaults.price() : Money.parse(offered);
    }

    /** What is set aside beside the price: for as many replicas as there may be. */
    public BigInteger held() {
        return verification == null || !verification.mode().replicates()
                ? BigInteger.ZERO
                : price.multiply(BigInteger.valueOf(verification.mostReplicas() - 1L));
    }

    /** When the job leaves the queue if nobody took it. */
    public Instant expiresAt(Instant submittedAt) {
        Instant byTtl = submittedAt.plus(ttl);
        @Nullable Instant deadline = request.deadline();
        return deadline != null && deadline.isBefore(byTtl) ? deadline : byTtl;
    }
}
