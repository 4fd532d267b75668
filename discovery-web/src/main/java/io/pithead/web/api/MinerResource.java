package io.pithead.web.api;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.dispatch.DispatchFacade;
import io.pithead.coordinator.lease.LeaseFacade;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.node.NodeFacade.Registration;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.JobOffers;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Progress;
import io.pithead.protocol.job.ProgressAnswer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.ProofBatchRequest;
import io.pithead.protocol.job.ProofOutcomes;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.node.DrainRequest;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.node.HeartbeatAnswer;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Registered;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.web.error.RequestIds;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.json.Answer;
import io.pithead.web.json.Queries;
import io.pithead.web.security.Callers;
import io.pithead.web.security.ClientAddress;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.UUID;

/** What miners call (API.md §2). Heartbeat, next and proof are the AITBC guide's own. */
@Path("v1/miner")
@ApplicationScoped
@Secured(Scope.MINER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class MinerResource {
    @Inject
    NodeFacade nodes;

    @Inject
    DispatchFacade dispatch;

    @Inject
    LeaseFacade leases;

    @Inject
    DiscoveryConfig discovery;

    /** A proof that was taken, or had been. */
    public record Accepted(Receipt receipt) {}

    /** A proof that was taken and is judged before it is paid. */
    public record Verifying(UUID id, JobState state) {}

    /** A failure that was taken. */
    public record Noted(UUID id) {}

    /** A node that gets no more jobs. */
    public record Draining(String minerId, boolean draining) {}

    @POST
    @Path("register")
    @Answer(Registered.class)
    @Answer(status = 201, value = Registered.class)
    public Response register(
            @Context SecurityContext security, @Context HttpServletRequest request, MinerCapabilities capabilities) {
        Registration registration =
                nodes.register(Callers.of(security).accountId(), capabilities, ClientAddress.of(request, discovery));
        return Response.status(registration.created() ? Response.Status.CREATED : Response.Status.OK)
                .entity(registration.answer())
                .build();
    }

    @POST
    @Path("heartbeat")
    @NotIdempotent
    @Answer(HeartbeatAnswer.class)
    public void heartbeat(@Context SecurityContext security, Heartbeat heartbeat, @Suspended AsyncResponse response) {
        Answers.when(
                response,
                nodes.heartbeat(Callers.of(security).accountId(), heartbeat),
                answer -> Response.ok(answer).build());
    }

    @GET
    @Path("next")
    @Answer({JobOffer.class, JobOffers.class})
    @Answer(status = 204, value = Void.class)
    public void next(
            @Context SecurityContext security,
            @QueryParam("miner") String miner,
            @QueryParam("slots") @DefaultValue("1") int slots,
            @QueryParam("wait") @DefaultValue("0") int wait,
            @QueryParam("batch") @DefaultValue("false") boolean batch,
            @Suspended AsyncResponse response) {
        Caller caller = Callers.of(security);
        Queries.require("miner", miner);
        Queries.range("slots", slots, 0, MinerCapabilities.MAX_CONCURRENCY);
        Queries.range("wait", wait, 0, 3_600);
        int wanted = batch ? slots : Math.min(slots, 1);
        Answers.when(
                response,
                dispatch.next(caller.accountId(), caller.keyId(), miner, wanted, Duration.ofSeconds(wait)),
                offers -> {
                    if (offers.isEmpty()) {
                        return Response.noContent().build();
                    }
                    return Response.ok(batch ? new JobOffers(offers) : offers.getFirst())
                            .build();
                });
    }

    @POST
    @Path("proof")
    @Answer(Accepted.class)
    @Answer(status = 201, value = Accepted.class)
    @Answer(status = 202, value = Verifying.class)
    public void proof(@Context SecurityContext security, Proof proof, @Suspended AsyncResponse response) {
        Answers.when(
                response, leases.prove(Callers.of(security).accountId(), proof), accepted -> answer(proof, accepted));
    }

    private static Response answer(Proof proof, LeaseFacade.Accepted accepted) {
        Receipt receipt = accepted.receipt();
        if (receipt == null) {
            return Response.status(Response.Status.ACCEPTED)
                    .entity(new Verifying(proof.id(), JobState.VERIFYING))
                    .build();
        }
        return Response.status(accepted.replay() ? Response.Status.OK : Response.Status.CREATED)
                .entity(new Accepted(receipt))
                .build();
    }

    /** Up to a hundred proofs, each answered as it would be alone. */
    @POST
    @Path("proofs")
    @Answer(ProofOutcomes.class)
    public void proofs(
            @Context SecurityContext security,
            @Context HttpServletRequest http,
            ProofBatchRequest request,
            @Suspended AsyncResponse response) {
        var batch = new ProofBatch(request, RequestIds.facts(http));
        Answers.when(response, batch.post(leases, Callers.of(security).accountId()), ProofBatch::answer);
    }

    @POST
    @Path("progress")
    @NotIdempotent
    @Answer(ProgressAnswer.class)
    public void progress(@Context SecurityContext security, Progress progress, @Suspended AsyncResponse response) {
        Answers.when(
                response,
                leases.progress(Callers.of(security).accountId(), progress),
                answer -> Response.ok(answer).build());
    }

    @POST
    @Path("fail")
    @Answer(Noted.class)
    public void fail(@Context SecurityContext security, Failure failure, @Suspended AsyncResponse response) {
        Answers.when(
                response,
                leases.fail(Callers.of(security).accountId(), failure),
                noted -> Response.ok(new Noted(failure.id())).build());
    }

    @POST
    @Path("drain")
    public Draining drain(@Context SecurityContext security, DrainRequest request) {
        nodes.drain(Callers.of(security).accountId(), request.minerId());
        return new Draining(request.minerId(), true);
    }
}
