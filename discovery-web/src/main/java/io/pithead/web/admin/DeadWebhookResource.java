package io.pithead.web.admin;

import io.pithead.coordinator.webhook.WebhookFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.queue.DiscardRequest;
import io.pithead.protocol.queue.Discarded;
import io.pithead.protocol.queue.Retried;
import io.pithead.protocol.queue.RetryRequest;
import io.pithead.protocol.webhook.DeadWebhook;
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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;

/** Webhook calls that were given up. */
@Path("v1/admin/webhooks/dead")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class DeadWebhookResource {
    @Inject
    WebhookFacade webhooks;

    @Context
    SecurityContext security;

    @GET
    public Page<DeadWebhook> dead(@BeanParam PageRequest page) {
        return webhooks.dead(page.cursor(), page.limit());
    }

    @POST
    @Path("retry")
    @Consumes(MediaType.APPLICATION_JSON)
    public Retried retry(RetryRequest request) {
        return webhooks.retry(Callers.of(security), request.id());
    }

    @POST
    @Path("discard")
    @Consumes(MediaType.APPLICATION_JSON)
    public Discarded discard(DiscardRequest request) {
        return webhooks.discard(Callers.of(security), request);
    }
}
