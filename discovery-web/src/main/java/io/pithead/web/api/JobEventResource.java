package io.pithead.web.api;

import io.pithead.coordinator.feed.FeedFacade;
import io.pithead.coordinator.feed.Following;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/jobs/{id}/events}: a job's history, and then what becomes of it, until it ends. */
@Path("v1/jobs/{id}/events")
@RequestScoped
@Secured(Scope.BUYER)
public class JobEventResource {
    @Inject
    FeedFacade feed;

    @Context
    SecurityContext security;

    @Context
    HttpServletRequest request;

    @Context
    HttpServletResponse response;

    /** The suspended answer is never resumed: once something is followed, the stream writes and completes by itself. */
    @GET
    @Produces({MediaType.SERVER_SENT_EVENTS, MediaType.APPLICATION_JSON})
    @Answer(status = 204, value = Void.class)
    public void events(
            @PathParam("id") UUID id,
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
            @Suspended AsyncResponse answer)
            throws IOException {
        var stream = new EventStream(request.getAsyncContext(), response.getOutputStream());
        Optional<Following> following = feed.follow(Callers.of(security), id, StreamPlaces.seq(lastEventId), stream);
        if (following.isEmpty()) {
            // the one answer after which a browser does not come back
            answer.resume(Response.noContent().build());
            return;
        }
        EventStream.begin(response);
        stream.open(following.get()::stop);
    }
}
