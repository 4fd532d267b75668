package io.pithead.miner.challenge;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.core.Timeline;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.ChallengeApi;
import io.pithead.miner.challenge.ChallengesView.Last;
import io.pithead.miner.challenge.ChallengesView.Outcome;
import io.pithead.miner.challenge.core.AnswerPolicy;
import io.pithead.miner.challenge.core.AnswerPolicy.Refusal;
import io.pithead.miner.challenge.core.Fetched;
import io.pithead.miner.challenge.core.Share;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers what validators ask this node to multiply or to hold in memory, one challenge after the other, on a thread that nobody waits for but at the end. */
public final class Challenges implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Challenges.class.getName());
    private static final String CHALLENGE = "challenge";
    private static final Duration FETCH = Duration.ofSeconds(20);
    private static final Duration END = Duration.ofSeconds(30);
    /** More than one node is ever offered at a time. */
    static final int MAX_OFFERED = 16;
    /** Of those that are settled; an older one is too late by far. */
    private static final int MAX_SETTLED = 256;

    private static final int MAX_WHY = 300;

    private final WalletKey node;
    private final ChallengeApi api;
    private final Share share;
    private final ChildSettings children;
    private final Path folder;
    private final InstantSource clock;
    private final Object news = new Object();
    /** The newest heartbeat's; an older one says nothing that counts. */
    private @Nullable List<UUID> offered;

    private final LinkedHashSet<UUID> settled = new LinkedHashSet<>();
    /** Why the newest one was put off, so that it is said once. */
    private String said = "";

    /** Only the one thread looks at it. */
    private Fetched fetched = Fetched.NOTHING;

    private ChallengesView view = ChallengesView.NONE;
    private ContainerTrial trial = ContainerTrial.off();
    private @Nullable UUID inWork;
    private @Nullable Thread thread;

    /**
     * @param folder where the prover's process works
     * @param clock the one that the coordinator's time is compared with
     */
    public Challenges(
            WalletKey node, ChallengeApi api, Share share, ChildSettings children, Path folder, InstantSource clock) {
        this.node = node;
        this.api = api;
        this.share = share;
        this.children = children;
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * @param timeline the coordinator's time by our clock, once it is known
     * @param containers runs them
     */
    public void begin(Supplier<Optional<Timeline>> timeline, ContainerTrial containers) {
        trial = containers;
        thread = Thread.ofPlatform().name("challenges").daemon().start(() -> work(timeline));
    }

    /** What a heartbeat brought; returns at once. */
    public void told(List<Directive> directives) {
        List<UUID> all = directives.stream()
                .filter(directive -> CHALLENGE.equals(directive.type()))
                .flatMap(directive -> Optional.ofNullable(directive.challenge()).stream())
                .limit(MAX_OFFERED)
                .toList();
        synchronized (news) {
            offered = all;
            news.notifyAll();
        }
    }

    public synchronized ChallengesView view() {
        return view;
    }

    private synchronized void begun(UUID id) {
        inWork = id;
    }

    /** Its process may still say something when it is over. */
    private synchronized void heard(ChallengesView.Running running) {
        if (running.id().equals(inWork)) {
            view = view.with(running);
        }
    }

    private synchronized void ended(Last last) {
        inWork = null;
        view = view.with(last);
    }

    private void work(Supplier<Optional<Timeline>> timeline) {
        try {
            while (true) {
                List<UUID> next = nextOffer();
                Optional<UUID> first =
                        next.stream().filter(id -> !settled.contains(id)).findFirst();
                Optional<Timeline> known = timeline.get();
                if (first.isPresent() && known.isPresent()) {
                    look(first.get(), known.get());
                }
            }
        } catch (InterruptedException e) {
            // the agent ends
        }
    }

    private List<UUID> nextOffer() throws InterruptedException {
        synchronized (news) {
            while (offered == null) {
                news.wait();
            }
            List<UUID> next = offered;
            offered = null;
            return next;
        }
    }

    /** What is not settled by it is looked at again with the next heartbeat. */
    private void look(UUID id, Timeline timeline) throws InterruptedException {
        try {
            Optional<Challenge> challenge = fetch(id);
            if (challenge.isPresent()) {
                answer(challenge.get(), timeline);
            }
        } catch (UnansweredException e) {
            failed(id, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "challenge.not-looked-at id=" + id, e);
            failed(id, e.toString());
        }
    }

    private Optional<Challenge> fetch(UUID id) throws UnansweredException, InterruptedException {
        Answer<JsonNode> answer = api.challenge(id, FETCH);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return switch (answer) {
            case Answer.Ok<JsonNode> ok -> read(id, ok.value());
            case Answer.Refused<JsonNode> refused -> {
                if (Answering.isFinal(refused)) {
                    throw new UnansweredException("the coordinator does not show it: " + Answering.why(refused));
                }
                putOff(id, Answering.why(refused));
                yield Optional.empty();
            }
            case Answer.Lost<JsonNode> lost -> {
                putOff(id, lost.why());
                yield Optional.empty();
            }
        };
    }

    private Optional<Challenge> read(UUID id, JsonNode document) throws UnansweredException {
        String kind = document.path("kind").asText();
        if (Arrays.stream(ChallengeKind.values())
                .noneMatch(known -> known.name().equals(kind))) {
            // a newer miner answers it, and nothing is wrong with this one
            settle(id);
            LOG.log(System.Logger.Level.INFO, () -> "challenge.left id=" + id + " why=its kind is not known here");
            return Optional.empty();
        }
        try {
            Challenge challenge = Json.bind(document, Challenge.class);
            if (!challenge.id().equals(id)) {
                throw new UnansweredException("another one came in its place");
            }
            return Optional.of(challenge);
        } catch (InvalidPayloadException e) {
            throw new UnansweredException("it is no challenge: " + e.problems());
        }
    }

    private void answer(Challenge challenge, Timeline timeline)
            throws UnansweredException, IOException, InterruptedException {
        Instant commitBy = timeline.local(challenge.commitBy());
        Instant now = clock.instant();
        Share left = share.less(fetched.mib(now));
        Optional<Refusal> refusal = AnswerPolicy.refusal(challenge, node.address(), left, commitBy, now);
        if (refusal.isPresent()) {
            end(challenge.id(), Outcome.REFUSED, refusal.get().name());
            return;
        }
        LOG.log(
                System.Logger.Level.INFO,
                () -> "challenge.begun id=" + challenge.id() + " size=" + challenge.size() + " rows=" + challenge.rows()
                        + " validator=" + challenge.validator());
        if (challenge.kind() == ChallengeKind.NETWORK) {
            fetched = fetched.with(challenge.size(), now);
        }
        begun(challenge.id());
        new Answering(challenge, node, api, clock, timeline, this::heard).answer(children, share, folder, trial);
        end(challenge.id(), Outcome.ANSWERED, null);
    }

    private void failed(UUID id, String why) {
        end(id, Outcome.FAILED, why);
    }

    /** @param reason as others may have worded it */
    private void end(UUID id, Outcome outcome, @Nullable String reason) {
        String why = reason == null ? null : plain(reason);
        settle(id);
        ended(new Last(id, outcome, why, clock.instant()));
        System.Logger.Level level =
                outcome == Outcome.ANSWERED ? System.Logger.Level.INFO : System.Logger.Level.WARNING;
        LOG.log(
                level,
                () -> "challenge." + outcome.name().toLowerCase(Locale.ROOT) + " id=" + id
                        + (why == null ? "" : " why=" + why));
    }

    private static String plain(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", " ");
        return clean.length() > MAX_WHY ? clean.substring(0, MAX_WHY) : clean;
    }

    private void settle(UUID id) {
        settled.add(id);
        if (settled.size() > MAX_SETTLED) {
            settled.removeFirst();
        }
    }

    private void putOff(UUID id, String why) {
        String line = "challenge.put-off id=" + id + " why=" + why;
        if (!line.equals(said)) {
            said = line;
            LOG.log(System.Logger.Level.WARNING, () -> line);
        }
    }

    /** Whatever is in work is given up. */
    @Override
    public void close() {
        Thread working = thread;
        if (working == null) {
            return;
        }
        working.interrupt();
        try {
            working.join(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
