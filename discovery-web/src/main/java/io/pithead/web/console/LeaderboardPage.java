package io.pithead.web.console;

import io.pithead.coordinator.stats.LeaderboardFacade;
import io.pithead.coordinator.stats.RankedProvider;
import io.pithead.coordinator.stats.RankedValidator;
import io.pithead.coordinator.stats.core.Leaderboard.By;
import io.pithead.coordinator.stats.core.Leaderboard.Period;
import io.pithead.protocol.Page;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who works most and best, for everybody. */
@Path("console/leaderboard")
@RequestScoped
@OpenToAll("it names nobody but by what is public already")
public class LeaderboardPage {
    static final String ROOT = "/console/leaderboard";
    private static final int PERCENT = 100;
    private static final String FORMULA =
            "Accepted: jobs of other accounts that were paid for, replicas too, containers not. Success:"
                    + " accepted divided by accepted and failed. Speed: the median time of the other replicas that agreed divided by the own."
                    + " Uptime: of one look an hour at each node, the share at which it was heard. By a share only those are listed with ten"
                    + " accepted jobs or more. A day is one of UTC, and today is part of each period. None of it is the score that decides"
                    + " whose turn it is: that one is docs/REPUTATION.md.";

    @Inject
    LeaderboardFacade leaderboard;

    @GET
    public Response show(
            @QueryParam("period") @DefaultValue("WEEK") Period period,
            @QueryParam("by") @DefaultValue("ACCEPTED") By by,
            @BeanParam PageRequest page) {
        Page<RankedProvider> providers = leaderboard.providers(period, by, page.limit(), page.numberCursor());
        Page<RankedValidator> validators = leaderboard.validators(period, Page.DEFAULT_LIMIT, null);
        Form show = Form.get("Show", ROOT)
                .choice("period", "Over", period.name(), options(Period.values()))
                .choice("by", "By", by.name(), options(By.values()));
        return Html.answer(new Sheet(
                "Leaderboard",
                List.of(),
                null,
                null,
                List.of(new Sheet.Group(
                        "",
                        List.of(
                                new Sheet.Item("Leaderboard", ROOT, true),
                                new Sheet.Item("Console", "/console", false)))),
                List.of(
                        new Block.Acts(List.of(show)),
                        providers(providers, next(period, by, providers.nextCursor())),
                        validators(validators),
                        new Block.Notice(Tone.CALM, FORMULA))));
    }

    private static <E extends Enum<E>> List<Form.Option> options(E[] values) {
        return Arrays.stream(values)
                .map(value -> new Form.Option(value.name(), value.name().toLowerCase(Locale.ROOT)))
                .toList();
    }

    private static @Nullable String next(Period period, By by, @Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        var parameters = new LinkedHashMap<String, Object>();
        parameters.put("period", period);
        parameters.put("by", by);
        parameters.put("cursor", cursor);
        return Paths.of(ROOT, parameters);
    }

    private static Block providers(Page<RankedProvider> page, @Nullable String next) {
        return new Block.Table(
                "Providers",
                List.of(
                        Block.Column.right("Rank"),
                        Block.Column.of("Provider"),
                        Block.Column.right("Accepted"),
                        Block.Column.right("Failed"),
                        Block.Column.right("Success"),
                        Block.Column.right("Speed"),
                        Block.Column.right("Uptime")),
                page.items().stream()
                        .map(one -> List.of(
                                Cell.number(one.rank()),
                                Cell.code(one.name()),
                                Cell.number(one.accepted()),
                                Cell.number(one.failed()),
                                percent(one.success()),
                                one.speed() == null
                                        ? Cell.NONE
                                        : Cell.amount(String.format(Locale.ROOT, "%.2f ×", one.speed())),
                                percent(one.uptime())))
                        .toList(),
                "Nobody yet. Work is counted once an hour.",
                next);
    }

    private static Block validators(Page<RankedValidator> page) {
        return new Block.Table(
                "Validators",
                List.of(
                        Block.Column.right("Rank"),
                        Block.Column.of("Validator"),
                        Block.Column.right("Cases"),
                        Block.Column.right("Agreed with the decision"),
                        Block.Column.right("Machines attested")),
                page.items().stream()
                        .map(one -> List.of(
                                Cell.number(one.rank()),
                                Cell.code(one.address()),
                                Cell.number(one.cases()),
                                Cell.number(one.agreed()),
                                Cell.number(one.attested())))
                        .toList(),
                "Nobody yet.",
                null);
    }

    private static Cell percent(@Nullable Double share) {
        return share == null ? Cell.NONE : Cell.amount(String.format(Locale.ROOT, "%.1f %%", share * PERCENT));
    }
}
