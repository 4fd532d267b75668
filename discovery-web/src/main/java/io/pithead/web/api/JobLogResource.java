package io.pithead.web.api;

import io.pithead.coordinator.log.LogFacade;
import io.pithead.coordinator.log.LogText;
import io.pithead.coordinator.log.core.LogView;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.log.LogPiece;
import io.pithead.protocol.log.LogStretch;
import io.pithead.web.json.Queries;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/jobs/{id}/logs}: a stretch of what the job wrote, as text with headers or as JSON. */
@Path("v1/jobs/{id}/logs")
@RequestScoped
@Secured(Scope.BUYER)
public class JobLogResource {
    static final int MIN_LIMIT = 16;
    static final int MAX_LIMIT = 256 * 1024;
    static final String DEFAULT_LIMIT = "65536";
    private static final int MAX_ATTEMPT = 1_000;
    private static final Pattern VIEW = Pattern.compile("raw|clean");
    private static final Pattern STREAM = Pattern.compile("stdout|stderr");

    /** What a client gets that does not say what it wants. */
    private static final String PREFERRED = "text/plain; charset=UTF-8; qs=1.0";

    private static final String ON_REQUEST = "application/json; qs=0.5";

    @Inject
    LogFacade logs;

    @Context
    SecurityContext security;

    @GET
    @Produces(PREFERRED)
    public Response text(
            @PathParam("id") UUID id,
            @QueryParam("attempt") @Nullable Integer attempt,
            @QueryParam("offset") @DefaultValue("0") long offset,
            @QueryParam("limit") @DefaultValue(DEFAULT_LIMIT) int limit,
            @QueryParam("tail") @Nullable Integer tail,
            @QueryParam("view") @DefaultValue("raw") String view,
            @QueryParam("stream") @Nullable String stream) {
        Queries.matches("view", view, VIEW, "must be raw or clean");
        Queries.matches("stream", stream, STREAM, "must be stdout or stderr");
        LogText log = read(id, attempt, tail == null ? offset : start(id, attempt, tail), limit);
        Object text =
                view.equals("raw") ? log.text() : LogView.clean(new String(log.text(), StandardCharsets.UTF_8), stream);
        return Response.ok(text, MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8"))
                .header("Log-Attempt", log.attempt())
                .header("Log-Offset", log.offset())
                .header("Next-Offset", log.nextOffset())
                .header("Log-Size", log.size())
                .header("Log-Complete", log.complete())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @GET
    @Produces(ON_REQUEST)
    public LogStretch json(
            @PathParam("id") UUID id,
            @QueryParam("attempt") @Nullable Integer attempt,
            @QueryParam("offset") @DefaultValue("0") long offset,
            @QueryParam("limit") @DefaultValue(DEFAULT_LIMIT) int limit) {
        return read(id, attempt, offset, limit).stretch();
    }

    private long start(UUID id, @Nullable Integer attempt, int tail) {
        Queries.range("tail", tail, 0, Queries.MAX_TAIL);
        return logs.start(
                Callers.of(security).accountId(),
                id,
                attempt == null ? OptionalInt.empty() : OptionalInt.of(attempt),
                tail,
                null);
    }

    private LogText read(UUID id, @Nullable Integer attempt, long offset, int limit) {
        Queries.range("offset", offset, 0, LogPiece.MAX_OFFSET);
        Queries.range("limit", limit, MIN_LIMIT, MAX_LIMIT);
        if (attempt != null) {
            Queries.range("attempt", attempt, 1, MAX_ATTEMPT);
        }
        return logs.read(
                Callers.of(security).accountId(),
                id,
                attempt == null ? OptionalInt.empty() : OptionalInt.of(attempt),
                offset,
                limit);
    }
}
