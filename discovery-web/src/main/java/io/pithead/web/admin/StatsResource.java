package io.pithead.web.admin;

import io.pithead.coordinator.stats.StatHistory;
import io.pithead.coordinator.stats.StatsFacade;
import io.pithead.coordinator.stats.core.Step;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.Answer;
import io.pithead.web.json.Queries;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How it was over time. */
@Path("v1/admin/stats/history")
@RequestScoped
@Secured(Scope.ADMIN)
public class StatsResource {
    private static final Pattern FORMAT = Pattern.compile("json|csv");

    @Inject
    StatsFacade stats;

    @Context
    HttpHeaders headers;

    @GET
    @Produces({MediaType.APPLICATION_JSON, StatCsv.MEDIA_TYPE})
    @Answer(StatHistory.class)
    public Response history(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("step") @Nullable Step step,
            @QueryParam("format") @Nullable String format) {
        Queries.matches("format", format, FORMAT, "must be json or csv");
        StatHistory history = stats.history(Queries.instant("from", from), Queries.instant("to", to), step);
        return isCsv(format)
                ? StatCsv.answer(history)
                : Response.ok(history).type(MediaType.APPLICATION_JSON_TYPE).build();
    }

    private boolean isCsv(@Nullable String format) {
        return format == null
                ? headers.getAcceptableMediaTypes().getFirst().toString().startsWith(StatCsv.MEDIA_TYPE)
                : format.equals("csv");
    }
}
