package io.pithead.web.api;

import static jakarta.ws.rs.core.Response.Status.CREATED;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.webhook.WebhookFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.webhook.Webhook;
import io.pithead.protocol.webhook.WebhookRequest;
import io.pithead.protocol.webhook.WebhookSecret;
import io.pithead.web.idempotency.SecretMembers;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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

/** Whom to call about the account's jobs. */
@Path("v1/webhooks")
@RequestScoped
@Secured(Scope.BUYER)
@Produces(MediaType.APPLICATION_JSON)
public class WebhookResource {
    @Inject
    WebhookFacade webhooks;

    @Context
    SecurityContext security;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @SecretMembers("secret")
    @Answer(status = 201, value = Webhook.class)
    public Response create(WebhookRequest request) {
        Webhook made = webhooks.create(caller().accountId(), request);
        return Response.status(CREATED).entity(made).build();
    }

    @GET
    public Page<Webhook> list() {
        return webhooks.list(caller().accountId());
    }

    @DELETE
    @Path("{id}")
    public void delete(@PathParam("id") UUID id) {
        webhooks.delete(caller().accountId(), id);
    }

    /** A new secret for the callback URLs of the account's jobs. */
    @POST
    @Path("secret")
    @SecretMembers("secret")
    public WebhookSecret rotateSecret() {
        return webhooks.rotateSecret(caller().accountId());
    }

    private Caller caller() {
        return Callers.of(security);
    }
}
