package io.pithead.miner.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Call;
import io.pithead.miner.agent.core.Event;
import io.pithead.miner.agent.core.Trouble;
import io.pithead.miner.agent.core.Verdict;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.log.LogRing;
import io.pithead.miner.log.LogShipper;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Takes a result from the spool to the coordinator: its file first, then the proof or the failure. */
final class Delivery {
    private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

    /** A result is worth more than its log. */
    private static final int MAX_LOG_TRIES = 5;

    private final Spool spool;
    private final CoordinatorApi api;
    private final Optional<WalletKey> key;
    private final Receipts receipts;
    private final LogShelf logs;
    private final Map<Attempt, Integer> logTries = new ConcurrentHashMap<>();
    private final LongAdder proved = new LongAdder();

    private final LongAdder failed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    /** Uploads that were tried before and may have left a part behind. */
    private final Set<Attempt> begun = ConcurrentHashMap.newKeySet();

    Delivery(Spool spool, CoordinatorApi api, Optional<WalletKey> key, Receipts receipts, LogShelf logs) {
        this.spool = spool;
        this.api = api;
        this.key = key;
        this.receipts = receipts;
        this.logs = logs;
    }

    /** Proofs that the coordinator took since the start. */
    long proved() {
        return proved.sum();
    }

    /** Failures that it took note of. */
    long failed() {
        return failed.sum();
    }

    /** Results that it refused for good. */
    long refused() {
        return refused.sum();
    }

    Event deliver(Attempt attempt) {
        Optional<SpoolEntry> found = spool.get(attempt);
        try {
            return found.isEmpty() ? new Event.Delivered(attempt) : deliver(attempt, found.get());
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, () -> "spool.trouble attempt=" + attempt + " why=" + e);
            return again(attempt, Trouble.lost(e.getClass().getSimpleName()));
        }
    }

    private Event deliver(Attempt attempt, SpoolEntry entry) throws IOException {
        // while the lease is ours: afterwards the coordinator would take no more of it
        if (!sendLog(attempt)) {
            return again(attempt, Trouble.lost("the log was not taken yet"));
        }
        InputRef upload = entry.upload();
        if (upload != null) {
            Answer<Boolean> stored = api.artifacts().store(upload.sha256(), spool.output(attempt), !begun.add(attempt));
            Verdict verdict = verdict(stored);
            if (verdict == Verdict.AGAIN) {
                return again(attempt, trouble(stored));
            }
            if (verdict == Verdict.REFUSED) {
                return failInstead(attempt, trouble(stored));
            }
        }
        Answer<JsonNode> answer = post(entry);
        return switch (verdict(answer)) {
            case AGAIN -> again(attempt, trouble(answer));
            case REFUSED -> {
                Trouble why = trouble(answer);
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "result.refused attempt=" + attempt + " status=" + why.status() + " code=" + why.code());
                refused.increment();
                yield done(attempt);
            }
            case ACKNOWLEDGED -> {
                if (entry.proof() != null && answer instanceof Answer.Ok<JsonNode> ok) {
                    receipts.keep(attempt, ok.value());
                }
                (entry.proof() == null ? failed : proved).increment();
                yield done(attempt);
            }
        };
    }

    private boolean sendLog(Attempt attempt) throws IOException {
        Optional<LogRing> log = logs.find(attempt);
        try {
            return log.isEmpty()
                    || new LogShipper(api, attempt.job(), attempt.lease(), log.get()).finish()
                    || logTries.merge(attempt, 1, Integer::sum) >= MAX_LOG_TRIES;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Answer<JsonNode> post(SpoolEntry entry) {
        Proof proof = entry.proof();
        if (proof != null) {
            // with the key of now: the node is registered with its address
            return api.proof(key.map(proof::signed).orElse(proof));
        }
        if (entry.failure() != null) {
            return api.fail(entry.failure());
        }
        throw new IllegalStateException("an entry without a content");
    }

    /** An output that the coordinator will not have cannot be proved; its buyer should hear why. */
    private Event failInstead(Attempt attempt, Trouble why) throws IOException {
        String message = "the output was refused: " + why.status() + " " + why.code();
        spool.put(
                SpoolEntry.of(new Failure(attempt.job(), attempt.lease(), "OUTPUT_REFUSED", message, false)),
                Optional.empty());
        return again(attempt, why);
    }

    private Event done(Attempt attempt) throws IOException {
        begun.remove(attempt);
        spool.remove(attempt);
        logTries.remove(attempt);
        logs.remove(attempt);
        return new Event.Delivered(attempt);
    }

    private static Event again(Attempt attempt, Trouble trouble) {
        return new Event.Troubled(Call.DELIVER, Optional.of(attempt), trouble);
    }

    static Verdict verdict(Answer<?> answer) {
        return switch (answer) {
            case Answer.Ok<?> ok -> Verdict.ACKNOWLEDGED;
            case Answer.Refused<?> refused -> Verdict.of(refused.status(), refused.code());
            case Answer.Lost<?> lost -> Verdict.AGAIN;
        };
    }

    static Trouble trouble(Answer<?> answer) {
        return switch (answer) {
            case Answer.Ok<?> ok -> new Trouble(ok.status(), "", Duration.ZERO);
            case Answer.Refused<?> refused ->
                new Trouble(refused.status(), refused.code(), refused.message(), refused.retryAfter());
            case Answer.Lost<?> lost -> Trouble.lost(lost.why());
        };
    }
}
