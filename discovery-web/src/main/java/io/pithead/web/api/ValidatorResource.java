package io.pithead.web.api;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.challenge.ValidatorFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.challenge.NetworkOffer;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.key.Scope;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.json.Queries;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
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
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What validators call. Their messages are signed and have ids of their own: each may be sent again as it is. */
@Path("v1/validator")
@RequestScoped
@Secured(Scope.VALIDATOR)
@NotIdempotent
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ValidatorResource {
    @Inject
    ValidatorFacade validators;

    @Context
    SecurityContext security;

    @GET
    @Path("nodes")
    public Page<ClaimedNode> nodes(@BeanParam PageRequest page) {
        return validators.nodes(page.addressCursor(), page.limit());
    }

    @POST
    @Path("challenges")
    @Answer(status = 201, value = ChallengeView.class)
    public Response offer(Challenge challenge) {
        return Response.status(Response.Status.CREATED)
                .entity(validators.offer(caller(), challenge))
                .build();
    }

    /** A challenge of a node's line. The node is not shown the key. */
    @POST
    @Path("streams")
    @Answer(status = 201, value = ChallengeView.class)
    public Response offer(NetworkOffer offer) {
        return Response.status(Response.Status.CREATED)
                .entity(validators.offer(caller(), offer))
                .build();
    }

    @GET
    @Path("challenges")
    public Page<ChallengeView> list(@QueryParam("state") @Nullable ChallengeState state, @BeanParam PageRequest page) {
        return validators.list(caller(), state, page.cursor(), page.limit());
    }

    /** @param state with {@code wait}: the one that is known already */
    @GET
    @Path("challenges/{id}")
    @Answer(ChallengeView.class)
    public void get(
            @PathParam("id") UUID id,
            @QueryParam("state") @Nullable ChallengeState state,
            @QueryParam("wait") @DefaultValue("0") int wait,
            @Suspended AsyncResponse response) {
        Queries.range("wait", wait, 0, Queries.MAX_WAIT_S);
        Answers.when(
                response,
                validators.get(caller(), id, state, Duration.ofSeconds(wait)),
                view -> Response.ok(view).build());
    }

    @POST
    @Path("challenges/{id}/question")
    public ChallengeView ask(@PathParam("id") UUID id, Question question) {
        return validators.ask(caller(), id, question);
    }

    @GET
    @Path("challenges/{id}/opening")
    @Answer(Opening.class)
    public Response opening(@PathParam("id") UUID id) {
        return Response.ok(validators.opening(caller(), id), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    @POST
    @Path("challenges/{id}/attestation")
    public ChallengeView attest(@PathParam("id") UUID id, Attestation attestation) {
        return validators.attest(caller(), id, attestation);
    }

    private Caller caller() {
        return Callers.of(security);
    }
}
