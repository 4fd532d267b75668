package io.pithead.web.api;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.challenge.NodeAnswerFacade;
import io.pithead.coordinator.challenge.StreamSender;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.key.Scope;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.json.Answer;
import io.pithead.web.json.Queries;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /v1/miner/challenges}: challenges to the account's machines, offered with heartbeats. */
@Path("v1/miner/challenges/{id}")
@RequestScoped
@Secured(Scope.MINER)
@NotIdempotent
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class MinerChallengeResource {
    @Inject
    NodeAnswerFacade answers;

    @Context
    SecurityContext security;

    /** A message that was taken, and how far the challenge is. */
    public record Told(UUID id, ChallengeState state) {}

    @GET
    public Challenge challenge(@PathParam("id") UUID id) {
        return answers.challenge(caller(), id);
    }

    /** What the line of the node is to carry; as long as the challenge says. */
    @GET
    @Path("stream")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public Response stream(@PathParam("id") UUID id) {
        StreamSender stream = answers.stream(caller(), id);
        return Response.ok((StreamingOutput) stream::sendTo)
                .header(HttpHeaders.CONTENT_LENGTH, stream.length())
                .build();
    }

    @POST
    @Path("commitment")
    public Told commit(@PathParam("id") UUID id, Commitment commitment) {
        return new Told(id, answers.commit(caller(), id, commitment));
    }

    @GET
    @Path("question")
    @Answer(Question.class)
    @Answer(status = 204, value = Void.class)
    public void question(
            @PathParam("id") UUID id,
            @QueryParam("wait") @DefaultValue("0") int wait,
            @Suspended AsyncResponse response) {
        Queries.range("wait", wait, 0, Queries.MAX_WAIT_S);
        Answers.when(
                response,
                answers.question(caller(), id, Duration.ofSeconds(wait)),
                asked -> asked.map(question -> Response.ok(question).build())
                        .orElseGet(() -> Response.noContent().build()));
    }

    /** Read here and not by a reader of bodies: how large it may be depends on its challenge. */
    @POST
    @Path("opening")
    public Told open(
            @PathParam("id") UUID id,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long length,
            InputStream opening)
            throws IOException, InvalidPayloadException {
        OptionalLong announced = length == null ? OptionalLong.empty() : OptionalLong.of(length);
        return new Told(id, answers.open(caller(), id, announced, opening));
    }

    private Caller caller() {
        return Callers.of(security);
    }
}
