package io.pithead.coordinator.lease;

import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.core.ProofPolicy.Held;
import io.pithead.protocol.job.JobState;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One locked job in the hands of a batch: read, changed by the batch's decisions in order, written back once. */
final class JobRow {
    static final String COORDINATOR = "coordinator";

    final UUID id;
    final UUID account;
    final String workload;
    final BigInteger price;
    final int attempt;
    final int maxAttempts;
    final boolean callback;
    final @Nullable Long token;
    final @Nullable UUID node;
    final @Nullable UUID provider;
    final @Nullable String minerId;
    final boolean renews;
    final boolean container;
    final Judging judging;
    final @Nullable Instant startedAt;
    final @Nullable Instant deadline;
    final Instant expiresAt;
    final Instant now;

    JobState state;
    int seq;
    int missed;

    @Nullable
    Instant leaseExpiresAt;

    @Nullable
    Integer percent;

    @Nullable
    String note;

    @Nullable
    String outputSha;

    @Nullable
    String errorCode;

    @Nullable
    String errorMessage;

    @Nullable
    Instant readyAt;

    boolean waiting;
    boolean changed;

    /** What is done with a proof before it is paid. */
    enum Judging {
        NONE,
        /** It must have a digest that the buyer named. */
        BY_HASH,
        /** It waits for others. */
        LATER
    }

    /** The immutable part, as it was read. */
    record Read(
            UUID id,
            UUID account,
            String workload,
            BigInteger price,
            int attempt,
            int maxAttempts,
            boolean callback,
            @Nullable Long token,
            @Nullable UUID node,
            @Nullable UUID provider,
            @Nullable String minerId,
            boolean renews,
            boolean container,
            Judging judging,
            @Nullable Instant startedAt,
            @Nullable Instant deadline,
            Instant expiresAt,
            Instant now) {}

    JobRow(
            Read read,
            JobState state,
            int seq,
            int missed,
            @Nullable Instant leaseExpiresAt,
            @Nullable String outputSha) {
        this.id = read.id;
        this.account = read.account;
        this.workload = read.workload;
        this.price = read.price;
        this.attempt = read.attempt;
        this.maxAttempts = read.maxAttempts;
        this.callback = read.callback;
        this.token = read.token;
        this.node = read.node;
        this.provider = read.provider;
        this.minerId = read.minerId;
        this.renews = read.renews;
        this.container = read.container;
        this.judging = read.judging;
        this.startedAt = read.startedAt;
        this.deadline = read.deadline;
        this.expiresAt = read.expiresAt;
        this.now = read.now;
        this.state = state;
        this.seq = seq;
        this.missed = missed;
        this.leaseExpiresAt = leaseExpiresAt;
        this.outputSha = outputSha;
    }

    Held held() {
        return new Held(state, token, provider, outputSha);
    }

    String nodeActor() {
        return "node:" + minerId;
    }

    /** Moves the job on and gives the row of its history. */
    Transition become(JobState next, String actor, @Nullable String reason) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("job " + id + " may not go from " + state + " to " + next);
        }
        state = next;
        changed = true;
        seq++;
        if (!JobState.HELD.contains(next)) {
            leaseExpiresAt = null;
        }
        return new Transition(id, account, seq, next, now, actor, attempt, token, node, reason, callback);
    }

    void renew(Instant until) {
        leaseExpiresAt = until;
        missed = 0;
        changed = true;
    }

    void error(String code, String message) {
        errorCode = code;
        errorMessage = message;
        changed = true;
    }
}
