package io.pithead.web.admin;

import io.pithead.coordinator.stats.StatsFacade;
import io.pithead.coordinator.stats.core.Objective;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What the operator means to keep to, and whether it was so. */
@Path("v1/admin/objectives")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class ObjectivesResource {
    @Inject
    StatsFacade stats;

    /** All of them: their number is fixed. */
    @GET
    public Page<Objective> list() {
        return new Page<>(stats.objectives(), null);
    }
}
