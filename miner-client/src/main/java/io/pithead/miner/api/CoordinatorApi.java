package io.pithead.miner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.config.CoordinatorConfig;
import io.pithead.miner.config.Secret;
import io.pithead.protocol.chain.PublicChains;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.JobOffers;
import io.pithead.protocol.job.Progress;
import io.pithead.protocol.job.ProgressAnswer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.log.LogPieces;
import io.pithead.protocol.node.DrainRequest;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.node.HeartbeatAnswer;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Registered;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.run.InviteAnswer;
import io.pithead.protocol.run.InviteTaken;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.protocol.task.Snapshot;
import io.pithead.protocol.task.SnapshotAnswer;
import io.pithead.protocol.task.SnapshotOffer;
import io.pithead.protocol.task.TaskFileAnswer;
import io.pithead.protocol.task.TaskFileOffer;
import io.pithead.protocol.wallet.Balance;
import io.pithead.protocol.wallet.Claim;
import io.pithead.protocol.wallet.PayoutAddress;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The miner API (API.md §2). */
public final class CoordinatorApi implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String PAYOUT = "/v1/wallet/payout";
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;

    private final Exchange exchange;
    private final String origin;

    /** @param clock the clock that stamps when a call was sent */
    public CoordinatorApi(CoordinatorConfig coordinator, Optional<Secret> key, InstantSource clock) throws IOException {
        exchange = new Exchange(coordinator, key, clock);
        origin = coordinator.origin();
    }

    /** Over connections that others use too and that outlast this; see {@link #connections}. */
    public CoordinatorApi(
            HttpClient connections, CoordinatorConfig coordinator, Optional<Secret> key, InstantSource clock) {
        exchange = new Exchange(connections, false, coordinator, key, clock);
        origin = coordinator.origin();
    }

    /** For many miners in one process. */
    public static HttpClient connections(CoordinatorConfig coordinator) throws IOException {
        return Exchange.client(coordinator);
    }

    public Answer<Registered> register(MinerCapabilities capabilities) {
        return post("/v1/miner/register", capabilities, Registered.class);
    }

    public Answer<HeartbeatAnswer> heartbeat(Heartbeat heartbeat) {
        return post("/v1/miner/heartbeat", heartbeat, HeartbeatAnswer.class);
    }

    /** Empty when there is no work. The call is parked for up to {@code wait}. */
    public Answer<List<JobOffer>> next(String minerId, int slots, Duration wait) {
        String path = "/v1/miner/next?miner=" + URLEncoder.encode(minerId, StandardCharsets.UTF_8) + "&slots=" + slots
                + "&wait=" + wait.toSeconds() + "&batch=true";
        return exchange.call(
                exchange.request(path).GET(),
                TIMEOUT.plus(wait),
                (status, body) -> status == NO_CONTENT
                        ? List.of()
                        : Json.readLenient(body, JobOffers.class).jobs());
    }

    public Answer<ProgressAnswer> progress(Progress progress) {
        return post("/v1/miner/progress", progress, ProgressAnswer.class);
    }

    public Answer<JsonNode> proof(Proof proof) {
        return postAny("/v1/miner/proof", proof);
    }

    public Answer<JsonNode> fail(Failure failure) {
        return postAny("/v1/miner/fail", failure);
    }

    public Answer<LogAnswer> logs(LogPieces pieces) {
        return post("/v1/miner/logs", pieces, LogAnswer.class);
    }

    /** What is missing of a snapshot, or that it counts. */
    public Answer<SnapshotAnswer> offer(SnapshotOffer offer) {
        return post("/v1/miner/snapshots", offer, SnapshotAnswer.class);
    }

    /** What the task calls a file that its container announced, or that its bytes are missing. */
    public Answer<TaskFileAnswer> offer(TaskFileOffer offer) {
        return post("/v1/miner/files", offer, TaskFileAnswer.class);
    }

    /** Where the container of this lease goes on from, if anywhere; a coordinator that keeps none has none. */
    public Answer<Optional<Snapshot>> snapshot(UUID job, long lease) {
        Answer<Optional<Snapshot>> answer = exchange.call(
                exchange.request("/v1/miner/snapshots/" + job + "?lease=" + lease)
                        .GET(),
                TIMEOUT,
                (status, body) ->
                        status == NO_CONTENT ? Optional.empty() : Optional.of(Json.readLenient(body, Snapshot.class)));
        return answer instanceof Answer.Refused<Optional<Snapshot>> refused && refused.status() == NOT_FOUND
                ? new Answer.Ok<>(Optional.empty(), NOT_FOUND, exchange.now())
                : answer;
    }

    public Answer<JsonNode> drain(String minerId) {
        return postAny("/v1/miner/drain", new DrainRequest(minerId));
    }

    public Answer<Balance> balance() {
        return get("/v1/wallet/balance", Balance.class);
    }

    /** A page of the ledger as it came. */
    public Answer<JsonNode> entries(int limit) {
        return exchange.call(
                exchange.request("/v1/wallet/entries?limit=" + limit).GET(),
                TIMEOUT,
                (status, body) -> Json.tree(body));
    }

    /** Of the chains what everybody may know. */
    public Answer<PublicChains> chains() {
        return get("/v1/chains", PublicChains.class);
    }

    /** What the account's payout address may claim on the chain. */
    public Answer<Claim> claim() {
        return get("/v1/wallet/claim", Claim.class);
    }

    /** Where the account is paid from now on; the first address is the key's to say. */
    public Answer<JsonNode> payout(PayoutAddress address) {
        return payout(address, Optional.empty());
    }

    /** Another address than before, which the wallet that is paid now agrees to. */
    public Answer<JsonNode> payout(PayoutAddress address, WalletKey paidNow) {
        String signature = new WalletSigner(paidNow, origin, InstantSource.system())
                .header(address.chain(), "PUT", PAYOUT, Json.write(address));
        return payout(address, Optional.of(signature));
    }

    private Answer<JsonNode> payout(PayoutAddress address, Optional<String> signature) {
        byte[] body = Json.write(address);
        var request = exchange.request(PAYOUT)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body));
        signature.ifPresent(header -> request.header("X-Wallet-Signature", header));
        return exchange.call(
                request, TIMEOUT, (status, answer) -> answer.length == 0 ? Json.toTree(address) : Json.tree(answer));
    }

    /** The node's word that it joins the run. */
    public Answer<InviteTaken> accept(UUID invite, InviteAnswer answer) {
        return post("/v1/miner/invites/" + invite + "/accept", answer, InviteTaken.class);
    }

    /** What is asked of a node by its challenges. */
    public ChallengeApi challenges() {
        return new ChallengeApi(exchange);
    }

    public Answer<PublicKeys> keys() {
        return get("/v1/keys", PublicKeys.class);
    }

    public LineSpeed speed() {
        return new LineSpeed(exchange);
    }

    public Artifacts artifacts() {
        return new Artifacts(exchange);
    }

    private <T> Answer<T> get(String path, Class<T> type) {
        return exchange.call(exchange.request(path).GET(), TIMEOUT, (status, body) -> Json.readLenient(body, type));
    }

    private <T> Answer<T> post(String path, Object body, Class<T> type) {
        return exchange.call(posting(path, body), TIMEOUT, (status, answer) -> Json.readLenient(answer, type));
    }

    /** For answers whose content the miner does not need: an empty one is as good. */
    private Answer<JsonNode> postAny(String path, Object body) {
        return exchange.call(
                posting(path, body),
                TIMEOUT,
                (status, answer) -> answer.length == 0 ? Json.toTree(List.of()) : Json.tree(answer));
    }

    private HttpRequest.Builder posting(String path, Object body) {
        return exchange.request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body)));
    }

    @Override
    public void close() {
        exchange.close();
    }
}
