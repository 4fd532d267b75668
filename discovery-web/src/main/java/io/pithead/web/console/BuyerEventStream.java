package io.pithead.web.console;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.feed.FeedFacade;
import io.pithead.coordinator.feed.Following;
import io.pithead.coordinator.user.UserRole;
import io.pithead.web.api.EventStream;
import io.pithead.web.api.StreamPlaces;
import io.pithead.web.security.ForUsers;
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

/** What becomes of a job, for the page that shows it: the same stream as REST's, opened by the cookie. */
@Path("console/a/{account}/jobs/{id}/events")
@RequestScoped
@ForUsers(UserRole.BUYER)
public class BuyerEventStream {
    @Inject
    FeedFacade feed;

    @Context
    SecurityContext security;

    @Context
    HttpServletRequest request;

    @Context
    HttpServletResponse response;

    @PathParam("account")
    UUID account;

    @PathParam("id")
    UUID id;

    /** The suspended answer is never resumed once something is followed. */
    @GET
    @Produces({MediaType.SERVER_SENT_EVENTS, MediaType.TEXT_HTML})
    public void events(
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
            @Suspended AsyncResponse answer)
            throws IOException {
        Caller caller = Seat.of(security).buyer(account);
        var stream = new EventStream(request.getAsyncContext(), response.getOutputStream());
        Optional<Following> following = feed.follow(caller, id, StreamPlaces.seq(lastEventId), stream);
        if (following.isEmpty()) {
            answer.resume(Response.noContent().build());
            return;
        }
        EventStream.begin(response);
        stream.open(following.get()::stop);
    }
}
