package io.pithead.web.api;

import static jakarta.ws.rs.core.Response.Status.CREATED;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.dispatch.ExplainFacade;
import io.pithead.coordinator.dispute.DisputeFacade;
import io.pithead.coordinator.idempotency.IdempotencyTicket;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.verify.VerificationFacade;
import io.pithead.coordinator.webhook.WebhookFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.DisputeRequest;
import io.pithead.protocol.job.DisputeView;
import io.pithead.protocol.job.Explanation;
import io.pithead.protocol.job.JobBatchRequest;
import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.JobResult;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.JobView;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.job.VerificationView;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.idempotency.Tickets;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.json.Queries;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What buyers do with jobs (API.md §3). Another account's job is not found. */
@Path("v1/jobs")
@ApplicationScoped
@Secured(Scope.BUYER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class JobResource {
    @Inject
    JobFacade jobs;

    @Inject
    ExplainFacade explain;

    @Inject
    WebhookFacade webhooks;

    @Inject
    VerificationFacade verifications;

    @Inject
    DisputeFacade disputes;

    /** A batch that was taken. */
    public record Jobs(List<JobView> jobs) {}

    /** All that happened to a job. */
    public record History(List<JobEvent> items) {}

    /** One job, answered as itself, or {@code {"jobs":[…]}}, all or nothing, answered as a list. */
    @POST
    @Answer(
            status = 201,
            value = {JobView.class, Jobs.class})
    public void submit(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            JsonNode body,
            @Suspended AsyncResponse response)
            throws InvalidPayloadException {
        boolean batch = body.has("jobs");
        List<JobRequest> requests =
                batch ? Json.bind(body, JobBatchRequest.class).jobs() : List.of(Json.bind(body, JobRequest.class));
        webhooks.requireCallable(requests);
        Caller caller = Callers.of(security);
        IdempotencyTicket ticket = Tickets.of(request);
        Answers.when(
                response,
                jobs.submit(
                        caller.accountId(),
                        actor(caller),
                        requests,
                        (connection, taken) ->
                                ticket.store(connection, CREATED.getStatusCode(), Json.write(answer(batch, taken)))),
                taken -> Response.status(CREATED).entity(answer(batch, taken)).build());
    }

    /** What one job would come to, were it submitted now. */
    @POST
    @Path("plan")
    @NotIdempotent
    public PlanView plan(@Context SecurityContext security, JobRequest job) {
        return explain.plan(Callers.of(security).accountId(), job);
    }

    private static Object answer(boolean batch, List<JobView> taken) {
        return batch ? new Jobs(taken) : taken.getFirst();
    }

    @GET
    public Page<JobView> list(
            @Context SecurityContext security,
            @QueryParam("state") @Nullable JobState state,
            @QueryParam("workload") @Nullable String workload,
            @BeanParam PageRequest page) {
        Queries.matches("workload", workload, JobRequest.WORKLOAD, "must be the name of a workload");
        return jobs.list(Callers.of(security).accountId(), state, workload, page.limit(), page.cursor());
    }

    @GET
    @Path("{id}")
    public JobView get(@Context SecurityContext security, @PathParam("id") UUID id) {
        return jobs.get(Callers.of(security).accountId(), id);
    }

    @GET
    @Path("{id}/history")
    public History history(@Context SecurityContext security, @PathParam("id") UUID id) {
        return new History(jobs.history(Callers.of(security).accountId(), id, 0));
    }

    @GET
    @Path("{id}/result")
    public JobResult result(@Context SecurityContext security, @PathParam("id") UUID id) {
        return jobs.result(Callers.of(security).accountId(), id);
    }

    @GET
    @Path("{id}/receipt")
    public Receipt receipt(@Context SecurityContext security, @PathParam("id") UUID id) {
        return jobs.receipt(Callers.of(security).accountId(), id);
    }

    /** Of the slices of metered time too, oldest first. */
    @GET
    @Path("{id}/receipts")
    public Page<Receipt> receipts(
            @Context SecurityContext security, @PathParam("id") UUID id, @BeanParam PageRequest page) {
        return jobs.receipts(Callers.of(security).accountId(), id, page.limit(), page.cursor());
    }

    @GET
    @Path("{id}/explain")
    public Explanation explain(@Context SecurityContext security, @PathParam("id") UUID id) {
        return explain.explain(Callers.of(security).accountId(), id);
    }

    /** How far the judgement of its proof is: the replicas, what each answered, and what came of it. */
    @GET
    @Path("{id}/verification")
    public VerificationView verification(@Context SecurityContext security, @PathParam("id") UUID id) {
        return verifications.view(Callers.of(security).accountId(), id);
    }

    /** Has a job that was paid judged anew, for a deposit, as long as its pay can be withdrawn. */
    @POST
    @Path("{id}/dispute")
    @Answer(status = 201, value = DisputeView.class)
    public Response dispute(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") UUID id,
            DisputeRequest body) {
        IdempotencyTicket ticket = Tickets.of(request);
        DisputeView opened = disputes.open(
                Callers.of(security).accountId(),
                id,
                body,
                (connection, view) -> ticket.store(connection, CREATED.getStatusCode(), Json.write(view)));
        return Response.status(CREATED).entity(opened).build();
    }

    /** For the buyer, and for the provider that was paid for the result. */
    @GET
    @Path("{id}/dispute")
    @Secured({Scope.BUYER, Scope.MINER})
    public DisputeView dispute(@Context SecurityContext security, @PathParam("id") UUID id) {
        return disputes.get(Callers.of(security).accountId(), id);
    }

    @POST
    @Path("{id}/cancel")
    @Consumes(MediaType.WILDCARD)
    public JobView cancel(@Context SecurityContext security, @PathParam("id") UUID id) {
        Caller caller = Callers.of(security);
        return jobs.cancel(caller.accountId(), actor(caller), id);
    }

    private static String actor(Caller caller) {
        return "buyer:" + caller.keyHint();
    }
}
