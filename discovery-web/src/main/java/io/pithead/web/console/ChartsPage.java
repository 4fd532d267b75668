package io.pithead.web.console;

import io.pithead.coordinator.stats.StatHistory;
import io.pithead.coordinator.stats.StatsFacade;
import io.pithead.coordinator.stats.core.Span;
import io.pithead.coordinator.user.UserRole;
import io.pithead.web.admin.StatCsv;
import io.pithead.web.json.Queries;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How it was over time; what is looked at is in the URL. */
@Path("console/charts")
@RequestScoped
@ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
public class ChartsPage {
    static final String ROOT = "/console/charts";
    private static final String CODES =
            Arrays.stream(Span.values()).map(Span::code).collect(Collectors.joining("|"));

    @Inject
    StatsFacade stats;

    @Context
    SecurityContext security;

    @QueryParam("range")
    @DefaultValue("24h")
    String range = "24h";

    @GET
    public Response charts() {
        Span span = span();
        StatHistory history = stats.chart(span);
        Form show = Form.get("Show", ROOT)
                .choice(
                        "range",
                        "The last",
                        span.code(),
                        Arrays.stream(Span.values())
                                .map(one -> new Form.Option(one.code(), one.title()))
                                .toList());
        Block charts = history.points().isEmpty()
                ? new Block.Notice(
                        Tone.CALM, "Nothing was counted in this time yet. Each minute is, two minutes later.")
                : new Block.Charts(ChartBlocks.all(history, span));
        return Html.answer(Seat.of(security).sheet("Charts", ROOT, List.of(new Block.Acts(List.of(show)), charts)));
    }

    @GET
    @Path("csv")
    public Response csv() {
        return StatCsv.answer(stats.chart(span()));
    }

    private Span span() {
        Queries.matches("range", range, Pattern.compile(CODES), "must be one of " + CODES.replace("|", ", "));
        return Span.of(range).orElseThrow();
    }
}
