package io.pithead.web.api;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.log.LogFacade;
import io.pithead.coordinator.log.LogTails;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.Queries;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/jobs/{id}/logs/follow}: a job's output as it comes, as server-sent events, until the job ends. */
@Path("v1/jobs/{id}/logs/follow")
@RequestScoped
@Secured(Scope.BUYER)
public class LogFollowResource {
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

    /**
     * The suspended answer is never resumed: the stream writes and completes by itself.
     *
     * @param tail lines of what is there already; all of them without it
     * @param since an ISO-8601 time
     */
    @GET
    @Produces({MediaType.SERVER_SENT_EVENTS, MediaType.APPLICATION_JSON})
    public void follow(
            @PathParam("id") UUID id,
            @QueryParam("tail") @Nullable Integer tail,
            @QueryParam("since") @Nullable String since,
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
            @Suspended AsyncResponse answer)
            throws IOException {
        if (tail != null) {
            Queries.range("tail", tail, 0, Queries.MAX_TAIL);
        }
        Caller caller = Callers.of(security);
        StreamPlaces.Place place = lastEventId == null || lastEventId.isEmpty()
                ? new StreamPlaces.Place(0, logs.start(caller.accountId(), id, OptionalInt.empty(), tail, time(since)))
                : StreamPlaces.place(lastEventId);
        var stream = new EventStream(request.getAsyncContext(), response.getOutputStream());
        Runnable leave = tails.follow(caller, id, place.attempt(), place.offset(), stream);
        EventStream.begin(response);
        stream.open(leave);
    }

    private static @Nullable Instant time(@Nullable String since) {
        try {
            return since == null ? null : Instant.parse(since);
        } catch (DateTimeParseException e) {
            throw wrong("since", "must be an ISO-8601 time ending in Z");
        }
    }

    private static CoordinatorException wrong(String parameter, String problem) {
        return new CoordinatorException(
                ErrorCode.MALFORMED_REQUEST, "A parameter is wrong.", Map.of(parameter, problem));
    }
}
