package io.pithead.web.console;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.log.LogFacade;
import io.pithead.coordinator.log.LogTails;
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
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a job writes, for the page that shows it: the same stream as REST's, opened by the cookie. */
@Path("console/a/{account}/jobs/{id}/log")
@RequestScoped
@ForUsers(UserRole.BUYER)
public class BuyerLogStream {
    private static final int LINES = 200;

    @Inject
    LogFacade logs;

    @Inject
    LogTails tails;

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

    @GET
    @Produces({MediaType.SERVER_SENT_EVENTS, MediaType.TEXT_HTML})
    public void log(
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
            @Suspended AsyncResponse answer)
            throws IOException {
        Caller caller = Seat.of(security).buyer(account);
        StreamPlaces.Place place = lastEventId == null || lastEventId.isEmpty()
                ? new StreamPlaces.Place(0, logs.start(caller.accountId(), id, OptionalInt.empty(), LINES, null))
                : StreamPlaces.place(lastEventId);
        var stream = new EventStream(request.getAsyncContext(), response.getOutputStream());
        Runnable leave = tails.follow(caller, id, place.attempt(), place.offset(), stream);
        EventStream.begin(response);
        stream.open(leave);
    }
}
