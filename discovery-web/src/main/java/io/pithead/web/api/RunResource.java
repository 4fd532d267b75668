package io.pithead.web.api;

import static jakarta.ws.rs.core.Response.Status.CREATED;

import io.pithead.coordinator.idempotency.IdempotencyTicket;
import io.pithead.coordinator.run.RunFacade;
import io.pithead.coordinator.run.RunPlans;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.run.RunNode;
import io.pithead.protocol.run.RunRequest;
import io.pithead.protocol.run.RunView;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.idempotency.Tickets;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** {@code /v1/runs}: a buyer's runs on chains, and the nodes in them. */
@Path("v1/runs")
@RequestScoped
@Secured(Scope.BUYER)
@Produces(MediaType.APPLICATION_JSON)
public class RunResource {
    @Inject
    RunFacade runs;

    @Inject
    RunPlans plans;

    @Context
    SecurityContext security;

    @Context
    HttpServletRequest request;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = RunView.class)
    public Response create(RunRequest run) {
        IdempotencyTicket ticket = Tickets.of(request);
        RunView created = runs.create(
                account(),
                run,
                (connection, taken) -> ticket.store(connection, CREATED.getStatusCode(), Json.write(taken)));
        return Response.status(CREATED).entity(created).build();
    }

    /** What it would come to, were it made now. */
    @POST
    @Path("plan")
    @NotIdempotent
    @Consumes(MediaType.APPLICATION_JSON)
    public PlanView plan(RunRequest run) {
        return plans.plan(account(), run);
    }

    @GET
    public Page<RunView> list(@BeanParam PageRequest page) {
        return runs.list(account(), page.limit(), page.cursor());
    }

    @GET
    @Path("{id}")
    public RunView get(@PathParam("id") UUID id) {
        return runs.get(account(), id);
    }

    @POST
    @Path("{id}/start")
    public RunView start(@PathParam("id") UUID id) {
        return runs.start(account(), id);
    }

    @POST
    @Path("{id}/close")
    public RunView close(@PathParam("id") UUID id) {
        return runs.close(account(), id);
    }

    @GET
    @Path("{id}/nodes")
    public Page<RunNode> nodes(@PathParam("id") UUID id, @BeanParam PageRequest page) {
        return runs.nodes(account(), id, page.limit(), page.addressCursor());
    }

    private UUID account() {
        return Callers.of(security).accountId();
    }
}
