package io.pithead.miner.agent;

import io.pithead.miner.agent.FileSpool.Waiting;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Backoff;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.protocol.task.TaskFileAnswer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Brings what containers announced, each container's files in their order. One that has to wait, for the coordinator or for its
 * turn in the hour, keeps no other container's waiting.
 */
final class FileSender implements Runnable {
    private static final System.Logger LOG = System.getLogger(FileSender.class.getName());
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** Offers of one file whose bytes were gone again when it was offered the second time. */
    private static final int MAX_OFFERS = 3;

    private final FileSpool spool;
    private final CoordinatorApi api;
    private final InstantSource clock;
    private final Semaphore news = new Semaphore(0);
    private final Map<Attempt, Pause> pauses = new HashMap<>();

    private record Pause(int failures, Instant until) {}

    FileSender(FileSpool spool, CoordinatorApi api, InstantSource clock) {
        this.spool = spool;
        this.api = api;
        this.clock = clock;
    }

    /** There is one more. */
    void wake() {
        news.release();
    }

    @Override
    public void run() {
        try {
            while (true) {
                Duration pause = round();
                if (news.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // the agent ends; what waits is on disk
        }
    }

    /** The first of each container whose turn it is. @return how long until there may be something to do */
    private Duration round() throws InterruptedException {
        List<Waiting> all = spool.waiting();
        var seen = new HashSet<Attempt>();
        boolean more = false;
        for (Waiting one : all) {
            Pause pause = pauses.get(one.attempt());
            boolean first = seen.add(one.attempt());
            if (first && (pause == null || !clock.instant().isBefore(pause.until))) {
                send(one);
                more |= !pauses.containsKey(one.attempt());
            }
        }
        pauses.keySet().retainAll(seen);
        Instant now = clock.instant();
        Duration next = pauses.values().stream()
                .map(pause -> Duration.between(now, pause.until))
                .min(Duration::compareTo)
                .orElse(LONGEST_PAUSE);
        return more || next.isNegative() ? Duration.ZERO : next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }

    private void send(Waiting one) throws InterruptedException {
        try {
            Answer<?> answer = bring(one);
            switch (Delivery.verdict(answer)) {
                case AGAIN -> pause(one.attempt(), answer);
                case ACKNOWLEDGED -> done(one, System.Logger.Level.INFO, "file.brought", answer);
                case REFUSED -> done(one, System.Logger.Level.WARNING, "file.refused", answer);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, () -> "file.trouble attempt=" + one.attempt() + " why=" + e);
            pause(one.attempt(), new Answer.Lost<>(e.getClass().getSimpleName()));
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Offered, brought if it is missing, and offered again. */
    private Answer<?> bring(Waiting one) {
        for (int i = 0; i < MAX_OFFERS; i++) {
            Answer<TaskFileAnswer> answer = api.offer(one.offer());
            if (!(answer instanceof Answer.Ok<TaskFileAnswer> ok) || !ok.value().missing()) {
                return answer;
            }
            Answer<Boolean> stored = api.artifacts().store(one.offer().sha256(), spool.content(one.id()), true);
            if (!(stored instanceof Answer.Ok<Boolean>)) {
                return stored;
            }
        }
        return new Answer.Lost<>("the coordinator does not keep what it is sent");
    }

    private void done(Waiting one, System.Logger.Level level, String what, Answer<?> answer) throws IOException {
        pauses.remove(one.attempt());
        spool.remove(one.id());
        LOG.log(
                level,
                () -> what + " attempt=" + one.attempt() + " sha256="
                        + one.offer().sha256() + " bytes="
                        + one.offer().size()
                        + (answer instanceof Answer.Refused<?> refused ? " code=" + refused.code() : ""));
    }

    private void pause(Attempt attempt, Answer<?> answer) {
        Pause before = pauses.get(attempt);
        int failures = before == null ? 0 : before.failures;
        Duration backoff = Backoff.delay(failures, ThreadLocalRandom.current().nextDouble());
        Duration asked = Delivery.trouble(answer).retryAfter();
        Duration wait = asked.compareTo(backoff) > 0 ? asked : backoff;
        pauses.put(attempt, new Pause(failures + 1, clock.instant().plus(wait)));
    }
}
