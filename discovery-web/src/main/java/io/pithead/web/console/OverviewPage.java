package io.pithead.web.console;

import io.pithead.coordinator.overview.Overview.Stats;
import io.pithead.coordinator.stats.StatsFacade;
import io.pithead.coordinator.stats.core.Objective;
import io.pithead.coordinator.stats.core.Span;
import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.job.JobState;
import io.pithead.web.security.ForUsers;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The first page: how it goes, and what needs a person. Who is of one account only is led to that account's. */
@Path("console")
@RequestScoped
@ForUsers
public class OverviewPage {
    private static final double GOOD_RATE = 0.99;
    private static final double FAIR_RATE = 0.95;
    private static final long LONG_WAIT_S = 300;
    private static final int MS_PER_S = 1_000;

    @Inject
    Attention attention;

    @Inject
    StatsFacade stats;

    @Context
    SecurityContext security;

    @GET
    public Response overview() {
        Seat seat = Seat.of(security);
        if (!seat.seesAll()) {
            return seat.home()
                    .map(page -> Response.seeOther(URI.create(page)).build())
                    .orElseGet(() -> Html.answer(Sheet.bare(
                            "Nothing here yet",
                            List.of(new Block.Notice(
                                    Tone.CALM, "You have no role that has pages: ask an administrator for one.")))));
        }
        return Html.answer(seat.sheet(
                "Overview",
                "/console",
                List.of(
                        new Block.Live("/console/overview/live", null, blocks()),
                        new Block.Live("/console/overview/charts", null, charts()))));
    }

    @GET
    @Path("overview/live")
    @ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
    public Response live() {
        Sheet part = Seat.of(security).sheet("", "/console", blocks());
        return Response.ok(Html.part(part)).type(Html.MEDIA_TYPE).build();
    }

    @GET
    @Path("overview/charts")
    @ForUsers({UserRole.VIEWER, UserRole.OPERATOR, UserRole.ADMIN})
    public Response liveCharts() {
        Sheet part = Seat.of(security).sheet("", "/console", charts());
        return Response.ok(Html.part(part)).type(Html.MEDIA_TYPE).build();
    }

    /** Two of them; the others are a click away. */
    private List<Block> charts() {
        return List.of(new Block.Charts(ChartBlocks.few(stats.chart(Span.SIX_HOURS), Span.SIX_HOURS)));
    }

    private List<Block> blocks() {
        Stats stats = attention.stats();
        return List.of(needs(), tiles(stats), objectives(), states(stats), queue(stats));
    }

    private Block objectives() {
        return new Block.Table(
                "Objectives",
                List.of(
                        Block.Column.wide("What"),
                        Block.Column.right("Target"),
                        Block.Column.right("Last hour"),
                        Block.Column.right("Last day")),
                stats.objectives().stream()
                        .map(one -> List.of(
                                Cell.text(said(one)),
                                Cell.text((one.unit() == Objective.Unit.SHARE ? "at least " : "at most ")
                                        + value(one.unit(), one.target())),
                                measured(one, one.hour()),
                                measured(one, one.day())))
                        .toList(),
                "Nothing was counted yet: it begins within minutes.",
                null);
    }

    private static String said(Objective objective) {
        return switch (objective.name()) {
            case "success" -> "Jobs that end well";
            case "wait_p95" -> "Wait of nineteen jobs of twenty";
            case "oldest_waiting" -> "Longest wait";
            case "nodes_online" -> "Nodes online";
            case "watched" -> "Minutes in which a server ran";
            default -> objective.name();
        };
    }

    private static Cell measured(Objective objective, Objective.@Nullable Measured measured) {
        return measured == null
                ? Cell.NONE
                : new Cell.State(
                        value(objective.unit(), measured.value()) + (measured.met() ? " ✓" : " missed"),
                        measured.met() ? Tone.GOOD : Tone.BAD);
    }

    private static String value(Objective.Unit unit, double value) {
        return switch (unit) {
            case SHARE -> String.format(Locale.ROOT, "%.1f %%", 100 * value);
            case MS -> value < MS_PER_S ? Math.round(value) + " ms" : span(value / MS_PER_S);
            case S -> span(value);
        };
    }

    private static String span(double seconds) {
        return Cell.span(Duration.ofSeconds(Math.round(seconds)));
    }

    private Block needs() {
        List<Attention.Need> needs = attention.needs();
        var rows = new ArrayList<List<Cell>>();
        for (Attention.Need need : needs) {
            if (need.count() != 0) {
                rows.add(List.of(
                        new Cell.Link(need.what(), need.where()),
                        need.count() < 0
                                ? new Cell.State("cannot be asked now", Tone.WARN)
                                : new Cell.State(need.words(), Tone.WARN)));
            }
        }
        return new Block.Table(
                "What needs a person",
                List.of(Block.Column.of("What"), Block.Column.right("How many")),
                rows,
                "Nothing. No dead letter, no stuck transaction, no deposit to confirm, no disagreement since"
                        + " yesterday, no refused sanction.",
                null);
    }

    private static Block tiles(Stats stats) {
        long completed = stats.endedLastHour().getOrDefault(JobState.COMPLETED, 0L);
        long failed = stats.endedLastHour().getOrDefault(JobState.FAILED, 0L)
                + stats.endedLastHour().getOrDefault(JobState.EXPIRED, 0L);
        long queued =
                stats.queued().values().stream().mapToLong(Long::longValue).sum();
        Tone wait = stats.oldestQueuedS() > LONG_WAIT_S ? Tone.WARN : Tone.CALM;
        return new Block.Tiles(List.of(
                tile("Waiting", Cell.number(queued), "jobs", Tone.CALM),
                tile(
                        "Oldest waits",
                        Cell.text(queued == 0 ? "–" : Cell.span(Duration.ofSeconds(stats.oldestQueuedS()))),
                        "",
                        wait),
                tile(
                        "Under way",
                        Cell.number(stats.leased() + stats.running() + stats.verifying()),
                        stats.running() + " running",
                        Tone.CALM),
                tile("Completed", Cell.number(completed), "of those submitted in the last hour", Tone.CALM),
                tile("Success", Cell.text(rate(completed, failed)), "in the last hour", tone(completed, failed)),
                tile(
                        "Work",
                        Cell.text(stats.avgJobMs() == null ? "–" : Math.round(stats.avgJobMs()) + " ms"),
                        "on average",
                        Tone.CALM),
                tile("Nodes online", Cell.number(stats.nodesOnline()), "of " + stats.nodes(), Tone.CALM)));
    }

    static String rate(long completed, long failed) {
        return completed + failed == 0
                ? "–"
                : String.format(Locale.ROOT, "%.1f %%", 100.0 * completed / (completed + failed));
    }

    static Tone tone(long completed, long failed) {
        if (completed + failed == 0) {
            return Tone.CALM;
        }
        double rate = (double) completed / (completed + failed);
        return rate >= GOOD_RATE ? Tone.GOOD : rate >= FAIR_RATE ? Tone.WARN : Tone.BAD;
    }

    private static Block.Tile tile(String label, Cell value, String under, Tone tone) {
        return new Block.Tile(label, value, under, tone);
    }

    private static Block states(Stats stats) {
        return new Block.Table(
                "Nodes by state",
                List.of(Block.Column.of("State"), Block.Column.right("Nodes")),
                new TreeMap<>(stats.nodeStates())
                        .entrySet().stream()
                                .map(one -> List.of(NodeBlocks.state(one.getKey()), Cell.number(one.getValue())))
                                .toList(),
                "No node has registered yet: start a miner.",
                null);
    }

    private static Block queue(Stats stats) {
        return new Block.Table(
                "Waiting, by workload",
                List.of(Block.Column.of("Workload"), Block.Column.right("Jobs")),
                new TreeMap<>(stats.queued())
                        .entrySet().stream()
                                .map(one -> List.of(Cell.text(one.getKey()), Cell.number(one.getValue())))
                                .toList(),
                "No job waits.",
                null);
    }
}
