package io.pithead.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node that speaks as a miner does, and cheats in one way each time: in challenges, in jobs, or in both. */
public final class CheatingMiner implements AutoCloseable {
    private static final Duration BEAT = Duration.ofMillis(500);
    private static final Duration ASKED_WITHIN = Duration.ofMinutes(2);
    /** Little: what it says it writes, it keeps in memory. */
    private static final int DISK_MB = 100;

    private static final int RAM_MB = 4_096;
    private static final int WAIT_S = 5;
    private static final int OK = 200;
    private static final int NOTHING = 204;
    private static final int FIRST_REFUSAL = 300;

    private final Rest coordinator;
    private final String id;
    private final Cheat cheat;
    private final WorkCheat work;
    private final WalletKey node;
    private final PrintStream out;
    private final Set<String> begun = new HashSet<>();
    private final Map<UUID, Long> held = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Challenge before;
    private @Nullable String region;
    private List<ChallengeKind> kinds = List.of(ChallengeKind.values());

    /**
     * @param coordinator with a miner's key
     * @param node its key, whose address it claims
     * @param out hears what it does
     */
    public CheatingMiner(Rest coordinator, String id, Cheat cheat, WorkCheat work, WalletKey node, PrintStream out) {
        this.coordinator = coordinator;
        this.id = id;
        this.cheat = cheat;
        this.work = work;
        this.node = node;
        this.out = out;
    }

    /** Says that it stands there; before its start. */
    CheatingMiner in(String where) {
        region = where;
        return this;
    }

    /** Says that it answers these challenges only, and not all there are; before its start. */
    public CheatingMiner answering(ChallengeKind... answered) {
        kinds = Arrays.stream(answered).distinct().toList();
        return this;
    }

    /** Registered when this returns; it beats, works and answers until it is closed. */
    public CheatingMiner start() throws IOException, InterruptedException, DemoException {
        var told = new HashMap<String, Object>(Map.of(
                "miner_id",
                id,
                "mode",
                "cpu",
                "gpu",
                false,
                "concurrency",
                1,
                "renews",
                true,
                "workloads",
                List.of(LyingWorker.WORKLOAD),
                "node_address",
                node.address().text(),
                "hardware",
                Map.of(
                        "cpu",
                        Map.of("model", "honest", "cores", 2, "threads", 2, "arch", "amd64"),
                        "ram_mb",
                        RAM_MB,
                        "docker",
                        Map.of("version", "1.0", "nvidia", false))));
        told.put("limits", Map.of("disk_mb", DISK_MB));
        told.put("challenges", kinds);
        if (region != null) {
            told.put("region", region);
        }
        coordinator.post("/v1/miner/register", told);
        threads.add(Thread.ofVirtual().name(id + "-beats").start(() -> again(this::listen)));
        threads.add(Thread.ofVirtual().name(id + "-works").start(() -> again(this::work)));
        return this;
    }

    /** One turn of something that goes on until this is closed; whatever the coordinator says of it. */
    @FunctionalInterface
    private interface Turn {
        void take() throws IOException, InterruptedException, InvalidPayloadException;
    }

    private void again(Turn turn) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                once(turn);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void once(Turn turn) throws InterruptedException {
        try {
            turn.take();
        } catch (IOException | InvalidPayloadException e) {
            out.println(id + ": " + e);
            // a coordinator that is away must not make a tight loop
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private void listen() throws IOException, InterruptedException, InvalidPayloadException {
        for (JsonNode directive : beat()) {
            String challenge = directive.path("challenge").asText();
            if (directive.path("type").asText().equals("challenge") && begun.add(challenge)) {
                answer("/v1/miner/challenges/" + challenge);
            }
        }
        TimeUnit.NANOSECONDS.sleep(BEAT.toNanos());
    }

    private JsonNode beat() throws IOException, InterruptedException, InvalidPayloadException {
        List<Map<String, Object>> running = held.entrySet().stream()
                .map(job -> Map.<String, Object>of("id", job.getKey(), "lease", job.getValue()))
                .toList();
        return Json.tree(send(
                                "/v1/miner/heartbeat",
                                Map.of("miner_id", id, "mode", "cpu", "gpu", false, "running", running))
                        .body())
                .path("directives");
    }

    // challenges -----------------------------------------------------------------------------------------------------

    private void answer(String path) throws IOException, InterruptedException, InvalidPayloadException {
        HttpResponse<byte[]> asked = coordinator.send("GET", path, null);
        if (asked.statusCode() != OK) {
            return;
        }
        Challenge challenge = Json.readLenient(asked.body(), Challenge.class);
        var prover = CheatingAnswer.of(
                cheat, node, challenge, Optional.ofNullable(before), () -> stream(challenge, path + "/stream"));
        before = challenge;
        var commitment = prover.commitment();
        if (commitment.isEmpty() || send(path + "/commitment", commitment.get()).statusCode() >= FIRST_REFUSAL) {
            out.println(id + ": challenge " + challenge.id() + " not committed to (" + cheat + ")");
            return;
        }
        Optional<Question> question = question(path);
        if (question.isPresent()) {
            var opening = prover.opening(question.get());
            if (opening.isPresent()) {
                send(path + "/opening", opening.get());
            }
        }
        out.println(id + ": challenge " + challenge.id() + " answered as " + cheat);
    }

    /** When its turn has come, as long as it may still commit: the streams of one account flow one after the other. */
    private byte[] stream(Challenge challenge, String path)
            throws IOException, InterruptedException, InvalidPayloadException {
        while (Instant.now().isBefore(challenge.commitBy())) {
            try {
                HttpResponse<byte[]> answer = coordinator.send("GET", path, null);
                if (answer.statusCode() == OK) {
                    return answer.body();
                }
                out.println(id + ": the stream is answered with " + answer.statusCode());
            } catch (IOException e) {
                // two that begin at once: one of them is cut off
                out.println(id + ": " + e);
            }
            TimeUnit.NANOSECONDS.sleep(BEAT.toNanos());
            // as a miner's, its node stays online while it waits
            beat();
        }
        throw new IOException("its turn at the stream did not come in time");
    }

    private Optional<Question> question(String path) throws IOException, InterruptedException, InvalidPayloadException {
        long until = System.nanoTime() + ASKED_WITHIN.toNanos();
        while (System.nanoTime() < until) {
            HttpResponse<byte[]> answer = coordinator.send("GET", path + "/question?wait=" + WAIT_S, null);
            if (answer.statusCode() != NOTHING) {
                return answer.statusCode() == OK
                        ? Optional.of(Json.readLenient(answer.body(), Question.class))
                        : Optional.empty();
            }
            // as a miner's, its node stays online by it
            beat();
        }
        return Optional.empty();
    }

    // jobs -----------------------------------------------------------------------------------------------------------

    private void work() throws IOException, InterruptedException, InvalidPayloadException {
        HttpResponse<byte[]> answer =
                coordinator.send("GET", "/v1/miner/next?slots=1&wait=" + WAIT_S + "&miner=" + id, null);
        if (answer.statusCode() != OK) {
            if (answer.statusCode() != NOTHING) {
                TimeUnit.SECONDS.sleep(1);
            }
            return;
        }
        JobOffer offer = Json.readLenient(answer.body(), JobOffer.class);
        held.put(offer.id(), offer.lease());
        Optional<String> output = new LyingWorker(work).output(offer);
        if (output.isEmpty()) {
            out.println(id + ": job " + offer.id() + " taken and not done");
            return;
        }
        HttpResponse<byte[]> proved = send("/v1/miner/proof", proof(offer, output.get()));
        held.remove(offer.id());
        out.println(id + ": job " + offer.id() + " proved as " + work + ", answered " + proved.statusCode());
    }

    /** Signed: whoever does not sign is never charged with anything, but an operator may ask for signatures of all. */
    private Proof proof(JobOffer offer, String output) {
        return new Proof(
                        offer.id(),
                        Mode.CPU,
                        Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8)),
                        Map.of("seconds", Json.toTree(1)),
                        offer.lease(),
                        Json.toTree(output),
                        List.of(),
                        null,
                        null,
                        WorkRequest.of(offer.workload(), offer.params(), offer.payload())
                                .sha()
                                .orElse(null),
                        null)
                .signed(node);
    }

    private HttpResponse<byte[]> send(String path, Object message) throws IOException, InterruptedException {
        return coordinator.send("POST", path, Json.write(message));
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
