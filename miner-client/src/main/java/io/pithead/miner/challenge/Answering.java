package io.pithead.miner.challenge;

import io.pithead.miner.agent.core.Backoff;
import io.pithead.miner.agent.core.Timeline;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.ChallengeApi;
import io.pithead.miner.challenge.ChallengesView.Running;
import io.pithead.miner.challenge.ChallengesView.Stage;
import io.pithead.miner.challenge.core.AnswerPolicy;
import io.pithead.miner.challenge.core.Share;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** One challenge from its proof to its opening. Interrupting it ends its process. */
final class Answering {
    private static final System.Logger LOG = System.getLogger(Answering.class.getName());
    private static final Duration PARKED = Duration.ofSeconds(20);
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final Duration LEAST_CALL = Duration.ofSeconds(1);
    /** What may be otherwise the next time, whatever was asked. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 404, 408, 425, 429);

    private final Challenge challenge;
    private final WalletKey node;
    private final ChallengeApi api;
    private final InstantSource clock;
    private final Timeline timeline;
    private final Consumer<Running> hears;

    Answering(
            Challenge challenge,
            WalletKey node,
            ChallengeApi api,
            InstantSource clock,
            Timeline timeline,
            Consumer<Running> hears) {
        this.challenge = challenge;
        this.node = node;
        this.api = api;
        this.clock = clock;
        this.timeline = timeline;
        this.hears = hears;
    }

    void answer(ChildSettings children, Share share, Path folder, ContainerTrial trial)
            throws UnansweredException, IOException, InterruptedException {
        Instant commitBy = until(challenge.commitBy());
        hear(Stage.PROVING, 0);
        try (Proving prover = proving(children, share, folder, trial, commitBy)) {
            Commitment commitment = prover.commitment(left(commitBy)).signed(challenge.chain(), node);
            hear(Stage.COMMITTING, Running.DONE);
            insist("the commitment", commitBy, within -> api.commit(commitment, shorter(within, CALL)));
            LOG.log(System.Logger.Level.INFO, () -> "challenge.committed id=" + challenge.id());
            hear(Stage.WAITING, Running.DONE);
            Question question = question(commitment, AnswerPolicy.silentUntil(commitBy, clock.instant()));
            Instant openBy = until(question.openBy());
            hear(Stage.OPENING, Running.DONE);
            Opening opening = prover.open(question, left(openBy)).signed(challenge.chain(), node);
            insist("the opening", openBy, within -> api.open(opening, within));
        }
    }

    private Proving proving(ChildSettings children, Share share, Path folder, ContainerTrial trial, Instant commitBy)
            throws IOException {
        IntConsumer percent = done -> hear(Stage.PROVING, done);
        return switch (challenge.kind()) {
            case COMPUTE, MEMORY, STORAGE -> ProverChild.start(children, share, folder, challenge, percent);
            case NETWORK ->
                new LineProof(
                        challenge,
                        (within, sink) -> api.stream(challenge, within, sink),
                        once -> insist("the stream", commitBy, once),
                        percent);
            case CONTAINER -> new ContainerProof(challenge, trial);
        };
    }

    private Question question(Commitment commitment, Instant until) throws UnansweredException, InterruptedException {
        while (true) {
            Instant asked = clock.instant();
            Optional<Question> question = insist(
                    "the question", until, within -> api.question(challenge.id(), shorter(within, PARKED), CALL));
            if (question.isPresent()) {
                if (!AnswerPolicy.isOf(challenge, commitment, question.get())) {
                    throw new UnansweredException("the question is not its validator's");
                }
                return question.get();
            }
            if (left(until).isZero()) {
                throw new UnansweredException("nobody asked after the commitment");
            }
            // a coordinator that does not park must not make a tight loop
            Thread.sleep(left(asked.plus(LEAST_CALL)));
        }
    }

    /** Calls again until it is taken, refused for good, or too late. */
    private <T> T insist(String what, Instant until, Function<Duration, Answer<T>> call)
            throws UnansweredException, InterruptedException {
        for (int failures = 0; ; failures++) {
            Answer<T> answer = call.apply(longer(left(until), LEAST_CALL));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Duration wait = Backoff.delay(failures, ThreadLocalRandom.current().nextDouble());
            String why;
            switch (answer) {
                case Answer.Ok<T> ok -> {
                    return ok.value();
                }
                case Answer.Refused<T> refused -> {
                    why = why(refused);
                    if (isFinal(refused)) {
                        throw new UnansweredException(what + " was refused: " + why);
                    }
                    wait = longer(wait, refused.retryAfter());
                }
                case Answer.Lost<T> lost -> why = lost.why();
            }
            if (left(until).compareTo(wait) <= 0) {
                throw new UnansweredException(what + " did not come through in time: " + why);
            }
            Thread.sleep(wait);
        }
    }

    static boolean isFinal(Answer.Refused<?> refused) {
        return refused.status() < 500 && !PASSING.contains(refused.status());
    }

    static String why(Answer.Refused<?> refused) {
        return refused.status() + " " + refused.code() + " " + refused.message();
    }

    private void hear(Stage stage, int percent) {
        hears.accept(new Running(challenge.id(), challenge.size(), stage, percent));
    }

    /** By our clock. */
    private Instant until(Instant due) {
        return AnswerPolicy.until(timeline.local(due), clock.instant());
    }

    private Duration left(Instant until) {
        return longer(Duration.between(clock.instant(), until), Duration.ZERO);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
