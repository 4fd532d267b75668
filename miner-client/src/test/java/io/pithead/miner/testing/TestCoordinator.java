package io.pithead.miner.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pithead.protocol.chain.PublicChains;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.JobOffers;
import io.pithead.protocol.job.Progress;
import io.pithead.protocol.job.ProgressAnswer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.log.LogPieces;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.node.HeartbeatAnswer;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Registered;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.receipt.Receipts;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.run.InviteAnswer;
import io.pithead.protocol.run.InviteTaken;
import io.pithead.protocol.signing.Ed25519;
import io.pithead.protocol.signing.SignedRequest;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.Snapshot;
import io.pithead.protocol.task.SnapshotAnswer;
import io.pithead.protocol.task.SnapshotChunk;
import io.pithead.protocol.task.SnapshotOffer;
import io.pithead.protocol.task.TaskFileAnswer;
import io.pithead.protocol.task.TaskFileOffer;
import io.pithead.protocol.wallet.Balance;
import io.pithead.protocol.wallet.Claim;
import io.pithead.protocol.wallet.PayoutAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One lock guards everything; requests run on virtual threads. */
public final class TestCoordinator implements AutoCloseable {
    public static final String KEY = "test-key";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SNAPSHOT = "/v1/miner/snapshots/";
    private static final String INVITES = "/v1/miner/invites/";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<JobOffer> queue = new ArrayDeque<>();
    private final Map<UUID, Lease> leases = new LinkedHashMap<>();
    private final Map<UUID, Proof> proofs = new LinkedHashMap<>();
    private final Map<UUID, JsonNode> receipts = new LinkedHashMap<>();
    private final List<Failure> failures = new ArrayList<>();
    private final List<Heartbeat> heartbeats = new ArrayList<>();
    private final List<MinerCapabilities> registrations = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();
    private final List<Directive> directives = new ArrayList<>();
    private final List<UUID> cancelled = new ArrayList<>();
    private final Map<UUID, Map.Entry<ContainerOrder, Long>> orders = new LinkedHashMap<>();
    private final Set<UUID> followed = new LinkedHashSet<>();
    private final Map<UUID, TestLog> logs = new LinkedHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final TestArtifacts artifacts = new TestArtifacts();
    private final TestChallenges challenges = new TestChallenges();
    private final Map<UUID, List<SnapshotChunk>> snapshots = new LinkedHashMap<>();
    private final Map<UUID, UUID> heirs = new LinkedHashMap<>();
    private final List<TaskFileOffer> files = new ArrayList<>();
    private boolean filesWait;
    private final Map<UUID, Invite> invites = new LinkedHashMap<>();
    private final List<InviteAnswer> accepted = new ArrayList<>();
    private int inviteStatus;
    private PublicChains chains = new PublicChains(List.of());
    private Optional<Claim> claim = Optional.empty();
    private final List<PayoutAddress> payouts = new ArrayList<>();
    private final KeyPair key = Ed25519.generate();
    private final int port;
    private HttpServer server;
    private Duration ttl = Duration.ofSeconds(60);
    private Duration clockSkew = Duration.ZERO;
    private int drains;
    private int status;

    private record Lease(long token, JobOffer offer) {}

    public TestCoordinator() throws IOException {
        server = start(0);
        port = server.getAddress().getPort();
    }

    private HttpServer start(int onPort) throws IOException {
        var started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 0);
        started.setExecutor(threads);
        started.createContext("/", this::handle);
        started.start();
        return started;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public TestArtifacts artifacts() {
        return artifacts;
    }

    public TestChallenges challenges() {
        return challenges;
    }

    public PublicKeys keys() {
        return new PublicKeys(
                "test",
                List.of(new PublicKeys.Key(
                        "k1", Ed25519.ALG, Ed25519.base64Url(Ed25519.raw(key.getPublic())), Instant.now(), null)));
    }

    /** The process is gone: connections are refused and broken. */
    public void goAway() {
        server.stop(0);
    }

    public void comeBack() throws IOException {
        server = start(port);
    }

    /** Every call is refused with this status until it is zero again. */
    public synchronized void refuseAll(int with) {
        status = with;
    }

    public synchronized void leaseFor(Duration newTtl) {
        ttl = newTtl;
    }

    /** This coordinator's clock is wrong by so much. */
    public synchronized void skewClock(Duration by) {
        clockSkew = by;
    }

    public UUID submit(String workload, Map<String, ?> params) {
        return submit(workload, params, JobLimits.NONE, List.of());
    }

    public synchronized UUID submit(String workload, Map<String, ?> params, JobLimits limits, List<InputRef> inputs) {
        UUID id = Ids.next(Instant.now());
        queue.add(new JobOffer(id, workload, Json.toTree(params), null, limits, 0, now(), 1, inputs, null, null));
        notifyAll();
        return id;
    }

    public UUID submit(ContainerSpec container) {
        return submit(container, JobLimits.NONE);
    }

    public synchronized UUID submit(ContainerSpec container, JobLimits limits) {
        UUID id = Ids.next(Instant.now());
        queue.add(new JobOffer(id, JobOffer.CONTAINER, null, null, limits, 0, now(), 1, List.of(), null, container));
        notifyAll();
        return id;
    }

    /** Said with every heartbeat until a report has that generation. */
    public synchronized void order(UUID job, ContainerOrder order, long generation) {
        orders.put(job, Map.entry(order, generation));
    }

    /** Somebody follows the job's output, or no longer does. */
    public synchronized void follow(UUID job, boolean wanted) {
        if (wanted) {
            followed.add(job);
        } else {
            followed.remove(job);
        }
    }

    public synchronized TestLog log(UUID job) {
        return logs.computeIfAbsent(job, id -> new TestLog());
    }

    /** What was told of a container, newest last. */
    public synchronized List<ContainerReport> reports(UUID job) {
        return progress.stream()
                .filter(report -> report.id().equals(job))
                .flatMap(report -> Optional.ofNullable(report.container()).stream())
                .toList();
    }

    public synchronized void cancel(UUID job) {
        cancelled.add(job);
        Lease lease = leases.get(job);
        if (lease != null) {
            directives.add(Directive.stop(job, lease.token(), "cancelled"));
        }
    }

    /** The lease is given on: whoever held it has lost it. */
    public synchronized void takeBack(UUID job) {
        Lease lost = leases.remove(job);
        directives.add(Directive.stop(job, lost == null ? 0 : lost.token(), "lost"));
    }

    public synchronized int drains() {
        return drains;
    }

    public synchronized List<Failure> failures() {
        return List.copyOf(failures);
    }

    public synchronized List<MinerCapabilities> registrations() {
        return List.copyOf(registrations);
    }

    public synchronized List<Heartbeat> heartbeats() {
        return List.copyOf(heartbeats);
    }

    public synchronized List<Progress> progress() {
        return List.copyOf(progress);
    }

    public synchronized Optional<Proof> proof(UUID job) {
        return Optional.ofNullable(proofs.get(job));
    }

    public synchronized boolean isLeased(UUID job) {
        return leases.containsKey(job);
    }

    /** What another one has of containers' data. */
    public synchronized void takeOver(TestCoordinator other) {
        artifacts.takeOver(other.artifacts);
        snapshots.putAll(other.snapshots);
    }

    /** What counts as a container's newest snapshot; empty when there is none. */
    public synchronized List<SnapshotChunk> snapshot(UUID job) {
        return snapshots.getOrDefault(job, List.of());
    }

    /** The job goes on from what another left behind. */
    public synchronized UUID submitHeir(UUID of, ContainerSpec container) {
        UUID job = submit(container);
        heirs.put(job, of);
        return job;
    }

    private Reply offered(SnapshotOffer offer) {
        Lease lease = leases.get(offer.id());
        if (lease == null || lease.token() != offer.lease()) {
            return Reply.error(409, ErrorCode.LEASE_LOST);
        }
        List<String> missing = offer.chunks().stream()
                .map(SnapshotChunk::sha256)
                .distinct()
                .filter(sha -> artifacts.get(sha).length == 0)
                .toList();
        if (missing.isEmpty()) {
            snapshots.put(offer.id(), offer.chunks());
        }
        return new Reply(200, new SnapshotAnswer(missing));
    }

    /** The files of a job's container whose bytes came, in their order. */
    public synchronized List<TaskFileOffer> files(UUID job) {
        return files.stream().filter(file -> file.id().equals(job)).toList();
    }

    /** As when a node has had its turns of the hour. */
    public synchronized void letFilesWait(boolean wait) {
        filesWait = wait;
    }

    private Reply offered(TaskFileOffer offer) {
        if (filesWait) {
            return Reply.error(429, ErrorCode.RATE_LIMITED);
        }
        Lease lease = leases.get(offer.id());
        boolean ended = proofs.containsKey(offer.id())
                || failures.stream().anyMatch(failure -> failure.id().equals(offer.id()));
        if (!ended && (lease == null || lease.token() != offer.lease())) {
            return Reply.error(409, ErrorCode.LEASE_LOST);
        }
        if (offer.size() > 0 && artifacts.get(offer.sha256()).length == 0) {
            return new Reply(200, TaskFileAnswer.MISSING);
        }
        if (!files.contains(offer)) {
            files.add(offer);
        }
        return new Reply(200, TaskFileAnswer.kept(offer.path()));
    }

    private Reply resume(UUID job) {
        UUID source = snapshots.containsKey(job) ? job : heirs.getOrDefault(job, job);
        List<SnapshotChunk> chunks = snapshots.get(source);
        return chunks == null
                ? new Reply(204, null)
                : new Reply(
                        200,
                        new Snapshot(
                                source,
                                now(),
                                chunks.stream().mapToLong(SnapshotChunk::size).sum(),
                                chunks));
    }

    /** Offered with every heartbeat, whether it is taken or not. */
    public synchronized void offer(Invite invite) {
        invites.put(invite.id(), invite);
    }

    /** What came of invites, in its order. */
    public synchronized List<InviteAnswer> accepted() {
        return List.copyOf(accepted);
    }

    /** Answers to invites are refused with this status until it is zero again. */
    public synchronized void refuseInvites(int with) {
        inviteStatus = with;
    }

    public synchronized void tellChains(PublicChains of) {
        chains = of;
    }

    public synchronized void owe(Claim what) {
        claim = Optional.of(what);
    }

    public synchronized List<PayoutAddress> payouts() {
        return List.copyOf(payouts);
    }

    private Reply accept(byte[] body) throws InvalidPayloadException {
        if (inviteStatus != 0) {
            return Reply.error(inviteStatus, ErrorCode.CONFLICT_STATE);
        }
        accepted.add(Json.read(body, InviteAnswer.class));
        return new Reply(200, new InviteTaken(UUID.randomUUID(), UUID.randomUUID(), "0x"));
    }

    /** The first address is the key's to say, another one needs the wallet of the one before. */
    private Reply payout(@org.jspecify.annotations.Nullable String signature, byte[] body)
            throws InvalidPayloadException {
        var wanted = Json.read(body, PayoutAddress.class);
        boolean agreed = payouts.isEmpty()
                || (signature != null
                        && SignedRequest.parse(signature)
                                .filter(signed -> signed.isSignedFor("PUT", "/v1/wallet/payout")
                                        && signed.isOfBody(body)
                                        && signed.audience().equals(url().toString())
                                        && signed.signer()
                                                .text()
                                                .equals(payouts.getLast().address()))
                                .isPresent());
        if (!agreed) {
            return Reply.error(403, ErrorCode.FORBIDDEN_SIGNER);
        }
        payouts.add(wanted);
        return new Reply(200, wanted);
    }

    /** Waits until something can be seen, or fails. */
    public <T> T await(String what, Supplier<Optional<T>> seen) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<T> found = seen.get();
            if (found.isPresent()) {
                return found.get();
            }
            synchronized (this) {
                wait(20);
            }
        }
        throw new AssertionError("waited in vain for " + what);
    }

    public void awaitTrue(String what, Predicate<TestCoordinator> holds) throws InterruptedException {
        await(what, () -> holds.test(this) ? Optional.of(true) : Optional.empty());
    }

    private Instant now() {
        return Instant.now().plus(clockSkew);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/v1/artifacts/")) {
                artifacts.handle(exchange, path.substring("/v1/artifacts/".length()));
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            Reply reply =
                    path.startsWith(TestChallenges.PATH) ? carry(exchange, path, body) : answer(exchange, path, body);
            byte[] bytes = reply.body() instanceof byte[] raw
                    ? raw
                    : reply.body() == null ? new byte[0] : Json.write(reply.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    record Reply(
            int status, @org.jspecify.annotations.Nullable Object body) {
        static Reply error(int status, ErrorCode code) {
            return new Reply(status, ErrorEnvelope.of(code, "said the test", Map.of()));
        }
    }

    private synchronized Reply answer(HttpExchange exchange, String path, byte[] body) throws InterruptedException {
        if (status != 0) {
            return Reply.error(status, ErrorCode.UNAVAILABLE);
        }
        if (!path.equals("/v1/keys")
                && !path.equals("/v1/chains")
                && !("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return Reply.error(401, ErrorCode.UNAUTHORIZED_KEY);
        }
        try {
            String signature = exchange.getRequestHeaders().getFirst("X-Wallet-Signature");
            Reply reply = answer(path, exchange.getRequestURI().getQuery(), signature, body);
            notifyAll();
            return reply;
        } catch (InvalidPayloadException e) {
            return new Reply(422, ErrorEnvelope.of(ErrorCode.INVALID_PAYLOAD, "wrong", e.problems()));
        }
    }

    /** Outside of the lock: a question is parked for. */
    private Reply carry(HttpExchange exchange, String path, byte[] body) throws InterruptedException {
        int refusal;
        synchronized (this) {
            refusal = status;
        }
        if (refusal != 0) {
            return Reply.error(refusal, ErrorCode.UNAVAILABLE);
        }
        if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return Reply.error(401, ErrorCode.UNAUTHORIZED_KEY);
        }
        try {
            return challenges.answer(
                    exchange.getRequestMethod(),
                    path.substring(TestChallenges.PATH.length()),
                    exchange.getRequestURI().getQuery(),
                    body);
        } catch (InvalidPayloadException e) {
            return new Reply(422, ErrorEnvelope.of(ErrorCode.INVALID_PAYLOAD, "wrong", e.problems()));
        }
    }

    private Reply answer(String path, String query, @org.jspecify.annotations.Nullable String signature, byte[] body)
            throws InvalidPayloadException, InterruptedException {
        return switch (path) {
            case "/v1/miner/register" -> {
                var capabilities = Json.read(body, MinerCapabilities.class);
                registrations.add(capabilities);
                yield new Reply(201, new Registered(capabilities.minerId(), "node", 1, 1, 20, now()));
            }
            case "/v1/miner/heartbeat" -> beat(Json.read(body, Heartbeat.class));
            case "/v1/miner/next" -> next(query);
            case "/v1/miner/progress" -> progressed(Json.read(body, Progress.class));
            case "/v1/miner/logs" -> logged(Json.read(body, LogPieces.class));
            case "/v1/miner/proof" -> prove(Json.read(body, Proof.class));
            case "/v1/miner/fail" -> fail(Json.read(body, Failure.class));
            case "/v1/miner/drain" -> {
                drains++;
                yield new Reply(200, Map.of());
            }
            case "/v1/wallet/balance" ->
                new Reply(200, new Balance("w", "1.5", "0.5", "0", "PIT", Instant.parse("2026-11-02T12:00:00Z")));
            case "/v1/wallet/entries" -> new Reply(200, Map.of("items", List.of()));
            case "/v1/keys" -> new Reply(200, keys());
            case "/v1/chains" -> new Reply(200, chains);
            case "/v1/wallet/claim" ->
                claim.map(one -> new Reply(200, one)).orElseGet(() -> Reply.error(404, ErrorCode.NOT_FOUND));
            case "/v1/wallet/payout" -> payout(signature, body);
            case "/v1/miner/files" -> offered(Json.read(body, TaskFileOffer.class));
            case "/v1/miner/snapshots" -> offered(Json.read(body, SnapshotOffer.class));
            default -> {
                if (path.startsWith(INVITES) && path.endsWith("/accept")) {
                    yield accept(body);
                }
                yield path.startsWith(SNAPSHOT)
                        ? resume(UUID.fromString(path.substring(SNAPSHOT.length())))
                        : Reply.error(404, ErrorCode.NOT_FOUND);
            }
        };
    }

    private Reply beat(Heartbeat heartbeat) {
        heartbeats.add(heartbeat);
        var all = new ArrayList<>(directives);
        directives.clear();
        invites.values().forEach(invite -> all.add(Directive.invite(invite)));
        all.addAll(challenges.directives());
        leases.forEach((job, lease) -> {
            var order = orders.get(job);
            if (order != null) {
                all.add(Directive.task(job, lease.token(), order.getKey(), order.getValue()));
            }
            if (followed.contains(job)) {
                all.add(Directive.logs(job, lease.token()));
            }
        });
        return new Reply(200, new HeartbeatAnswer(now(), 1, 1, all));
    }

    private Reply logged(LogPieces pieces) {
        return holds(pieces.id(), pieces.lease())
                ? new Reply(202, log(pieces.id()).take(pieces))
                : Reply.error(409, ErrorCode.LEASE_LOST);
    }

    private Reply next(String query) throws InterruptedException {
        int slots = number(query, "slots");
        long deadline =
                System.nanoTime() + Duration.ofSeconds(number(query, "wait")).toNanos();
        int before = drains;
        while (fitting().isEmpty() && drains == before && System.nanoTime() < deadline) {
            wait(100);
        }
        var offers = new ArrayList<JobOffer>();
        for (JobOffer job : fitting().subList(0, Math.min(slots, fitting().size()))) {
            queue.remove(job);
            offers.add(lease(job));
        }
        return offers.isEmpty() ? new Reply(204, null) : new Reply(200, new JobOffers(offers));
    }

    private List<JobOffer> fitting() {
        return queue.stream()
                .filter(job -> !registrations.isEmpty()
                        && registrations.getLast().workloads().contains(job.workload()))
                .toList();
    }

    private JobOffer lease(JobOffer job) {
        long token = tokens.incrementAndGet();
        var offer = new JobOffer(
                job.id(),
                job.workload(),
                job.params(),
                null,
                job.limits(),
                token,
                now().plus(ttl),
                1,
                job.inputs(),
                null,
                job.container());
        leases.put(job.id(), new Lease(token, offer));
        return offer;
    }

    private boolean holds(UUID job, long token) {
        Lease lease = leases.get(job);
        return lease != null && lease.token() == token;
    }

    private Reply progressed(Progress report) {
        progress.add(report);
        var order = orders.get(report.id());
        ContainerReport told = report.container();
        if (order != null && told != null && order.getValue().equals(told.generation())) {
            orders.remove(report.id());
        }
        return holds(report.id(), report.lease())
                ? new Reply(200, new ProgressAnswer(now().plus(ttl), cancelled.contains(report.id())))
                : Reply.error(409, ErrorCode.LEASE_LOST);
    }

    private Reply prove(Proof proof) {
        Proof earlier = proofs.get(proof.id());
        if (earlier != null) {
            return earlier.outputSha().equals(proof.outputSha())
                    ? new Reply(200, Map.of("receipt", receipts.get(proof.id())))
                    : Reply.error(409, ErrorCode.PROOF_CONFLICT);
        }
        if (proof.lease() == null || !holds(proof.id(), proof.lease())) {
            return Reply.error(409, ErrorCode.LEASE_LOST);
        }
        leases.remove(proof.id());
        proofs.put(proof.id(), proof);
        receipts.put(proof.id(), Json.toTree(receipt(proof)));
        return new Reply(201, Map.of("receipt", receipts.get(proof.id())));
    }

    private Receipt receipt(Proof proof) {
        var unsigned = new Receipt(
                1,
                Ids.next(Instant.now()),
                proof.id(),
                "provider",
                "client",
                "1",
                "job",
                "0.5",
                null,
                null,
                now(),
                now(),
                0,
                proof.outputSha(),
                "test",
                "nonce",
                null,
                Map.of(),
                null,
                null);
        return Receipts.sign(unsigned, "k1", key.getPrivate());
    }

    private Reply fail(Failure failure) {
        if (!holds(failure.id(), failure.lease())) {
            return Reply.error(409, ErrorCode.LEASE_LOST);
        }
        leases.remove(failure.id());
        failures.add(failure);
        return new Reply(200, Map.of());
    }

    private static int number(String query, String name) {
        for (String part : query.split("&", -1)) {
            if (part.startsWith(name + "=")) {
                return Integer.parseInt(part.substring(name.length() + 1));
            }
        }
        return 0;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
