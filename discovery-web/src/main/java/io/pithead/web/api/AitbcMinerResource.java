package io.pithead.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.dispatch.DispatchFacade;
import io.pithead.coordinator.lease.LeaseFacade;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.json.Answer;
import io.pithead.web.json.Lenient;
import io.pithead.web.json.Queries;
import io.pithead.web.security.Callers;
import io.pithead.web.security.ClientAddress;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * AITBC's later miner surface: its shapes in, the same facades behind. There the key is the miner's identity, so each key
 * is one node here; it knows no leases, so the server looks up the live one and a stale report is refused all the same.
 */
@Path("v1/miners")
@RequestScoped
@Secured(Scope.MINER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class AitbcMinerResource {
    private static final String OK = "ok";
    private static final int DEFAULT_WAIT_S = 15;
    private static final int MAX_WAIT_S = 3_600;
    private static final int MAX_MESSAGE = 2_000;

    @Inject
    NodeFacade nodes;

    @Inject
    DispatchFacade dispatch;

    @Inject
    LeaseFacade leases;

    @Inject
    DiscoveryConfig discovery;

    @Context
    SecurityContext security;

    /** Everything is optional; members that we do not know are passed over. */
    public record PollRequest(@Nullable Integer maxWaitSeconds) {}

    public record ResultRequest(
            @Nullable JsonNode result, @Nullable Map<String, JsonNode> metrics) {}

    public record FailRequest(
            @Nullable String errorCode, @Nullable String errorMessage) {}

    public record Welcome(String status, String sessionToken) {}

    public record Beaten(String status, Instant serverTime) {}

    public record Job(UUID jobId, JsonNode payload, JobLimits constraints) {}

    /** Without a receipt while the result is judged. */
    public record Proved(String status, @Nullable Receipt receipt) {}

    public record Noted(String status) {}

    public record Drained(String status, boolean draining) {}

    @POST
    @Path("register")
    public Welcome register(@Context HttpServletRequest from, @Lenient AitbcCapabilities request) {
        MinerCapabilities capabilities = made(() -> request.asCapabilities(minerId(), nodes.seedWorkloads()));
        var registered = nodes.register(caller().accountId(), capabilities, ClientAddress.of(from, discovery));
        return new Welcome(OK, registered.answer().nodeId());
    }

    @POST
    @Path("heartbeat")
    @NotIdempotent
    @Answer(Beaten.class)
    public void heartbeat(@Lenient JsonNode body, @Suspended AsyncResponse response) {
        nodes.requireKnown(caller().accountId(), minerId());
        var beat = new Heartbeat(minerId(), null, null, null, null, null, null, null, null);
        Answers.when(
                response,
                nodes.heartbeat(caller().accountId(), beat),
                answer -> Response.ok(new Beaten(OK, answer.serverTime())).build());
    }

    @POST
    @Path("poll")
    @NotIdempotent
    @Answer(Job.class)
    @Answer(status = 204, value = Void.class)
    public void poll(@Lenient PollRequest request, @Suspended AsyncResponse response) {
        Caller caller = caller();
        int wait = request.maxWaitSeconds() == null ? DEFAULT_WAIT_S : request.maxWaitSeconds();
        Queries.range("max_wait_seconds", wait, 0, MAX_WAIT_S);
        Answers.when(
                response,
                dispatch.next(caller.accountId(), caller.keyId(), minerId(), 1, Duration.ofSeconds(wait)),
                offers -> offers.isEmpty()
                        ? Response.noContent().build()
                        : Response.ok(job(offers.getFirst())).build());
    }

    @POST
    @Path("{job}/result")
    @Answer(Proved.class)
    public void result(@PathParam("job") UUID job, @Lenient ResultRequest request, @Suspended AsyncResponse response) {
        JsonNode result = request.result() == null ? NullNode.getInstance() : request.result();
        String digest = Digests.sha256Hex(canonical(result));
        Map<String, JsonNode> metrics = request.metrics() == null ? Map.of() : request.metrics();
        // a text output must have the stated digest by itself; here the digest is of the canonical JSON
        @Nullable JsonNode output = result.isTextual() ? null : result;
        Proof proof =
                made(() -> new Proof(job, null, digest, metrics, null, output, List.of(), null, null, null, null));
        Answers.when(
                response,
                leases.prove(caller().accountId(), proof),
                accepted -> Response.ok(new Proved(OK, accepted.receipt())).build());
    }

    @POST
    @Path("{job}/fail")
    @Answer(Noted.class)
    public void fail(@PathParam("job") UUID job, @Lenient FailRequest request, @Suspended AsyncResponse response) {
        UUID account = caller().accountId();
        long lease = leases.liveLease(account, job)
                .orElseThrow(() -> new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "This miner holds no such job."));
        var failure = new Failure(job, lease, code(request.errorCode()), message(request.errorMessage()), true);
        Answers.when(
                response,
                leases.fail(account, failure),
                noted -> Response.ok(new Noted(OK)).build());
    }

    @POST
    @Path("drain")
    @Consumes(MediaType.WILDCARD)
    public Drained drain() {
        nodes.drain(caller().accountId(), minerId());
        return new Drained(OK, true);
    }

    /** Our records name what is wrong by our members' names, which are theirs too or nearly so. */
    private static <T> T made(Supplier<T> record) {
        try {
            return record.get();
        } catch (Checks.WrongMembersException e) {
            var problems = new LinkedHashMap<String, String>();
            e.problems().forEach((member, problem) -> problems.put("/" + member, problem));
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD, "The body is JSON, but not what this endpoint takes.", problems);
        }
    }

    /** Canonical numbers are doubles: a result with a greater one has no digest. */
    private static byte[] canonical(JsonNode result) {
        try {
            return CanonicalJson.bytes(result);
        } catch (UncheckedIOException e) {
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD,
                    "The result has no canonical form.",
                    Map.of("/result", "must have no number beyond those of a double"));
        }
    }

    private static Job job(JobOffer offer) {
        Object payload = offer.payload() != null
                ? offer.payload()
                : Map.of("type", offer.workload(), "params", offer.params() == null ? Map.of() : offer.params());
        return new Job(offer.id(), Json.toTree(payload), offer.limits());
    }

    /** Their codes are free text (E_OOM, E_NOGPU); ours have a form. */
    private static String code(@Nullable String code) {
        String upper = code == null ? "" : code.toUpperCase(java.util.Locale.ROOT);
        return upper.matches("[A-Z][A-Z0-9_]{0,63}") ? upper : "FAILED";
    }

    private static @Nullable String message(@Nullable String message) {
        return message == null ? null : message.substring(0, Math.min(message.length(), MAX_MESSAGE));
    }

    private String minerId() {
        return "key-" + caller().keyId();
    }

    private Caller caller() {
        return Callers.of(security);
    }
}
