package io.pithead.web.admin;

import io.pithead.coordinator.outbox.DeadLetters;
import io.pithead.coordinator.outbox.OutboxGauges;
import io.pithead.coordinator.outbox.QueueFacade;
import io.pithead.coordinator.webhook.WebhookFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.queue.DeadLetter;
import io.pithead.protocol.queue.DiscardRequest;
import io.pithead.protocol.queue.Discarded;
import io.pithead.protocol.queue.Queues;
import io.pithead.protocol.queue.Retried;
import io.pithead.protocol.queue.RetryRequest;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import org.jspecify.annotations.Nullable;

/** Queues, and the letters that could not be delivered. */
@Path("v1/admin/queues")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class QueueResource {
    @Inject
    DeadLetters letters;

    @Inject
    OutboxGauges outbox;

    @Inject
    WebhookFacade webhooks;

    @Inject
    QueueFacade facade;

    @Context
    SecurityContext security;

    @GET
    public Queues queues() {
        return new Queues(letters.queues(), outbox.read(), webhooks.counts());
    }

    @GET
    @Path("{queue}/dead")
    public Page<DeadLetter> dead(
            @PathParam("queue") String queue,
            @BeanParam PageRequest page,
            @QueryParam("cursor") @Nullable String position) {
        return letters.page(queue, position, page.limit());
    }

    @POST
    @Path("{queue}/dead/retry")
    @Consumes(MediaType.APPLICATION_JSON)
    public Retried retry(@PathParam("queue") String queue, RetryRequest request) {
        return facade.retry(Callers.of(security), queue, request.id());
    }

    @POST
    @Path("{queue}/dead/discard")
    @Consumes(MediaType.APPLICATION_JSON)
    public Discarded discard(@PathParam("queue") String queue, DiscardRequest request) {
        return facade.discard(Callers.of(security), queue, request);
    }
}
