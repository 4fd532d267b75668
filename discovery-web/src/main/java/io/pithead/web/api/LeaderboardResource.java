package io.pithead.web.api;

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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** Who works most and best. */
@Path("v1/leaderboard")
@RequestScoped
@OpenToAll("it names nobody but by what is public already")
@Produces(MediaType.APPLICATION_JSON)
public class LeaderboardResource {
    @Inject
    LeaderboardFacade leaderboard;

    @GET
    public Page<RankedProvider> providers(
            @QueryParam("period") @DefaultValue("WEEK") Period period,
            @QueryParam("by") @DefaultValue("ACCEPTED") By by,
            @BeanParam PageRequest page) {
        return leaderboard.providers(period, by, page.limit(), page.numberCursor());
    }

    @GET
    @Path("validators")
    public Page<RankedValidator> validators(
            @QueryParam("period") @DefaultValue("WEEK") Period period, @BeanParam PageRequest page) {
        return leaderboard.validators(period, page.limit(), page.numberCursor());
    }
}
