package io.pithead.web.admin;

import io.pithead.coordinator.overview.Overview;
import io.pithead.coordinator.overview.OverviewFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** What the operator sees of all accounts: figures, nodes, jobs. {@code miners} is AITBC's name for nodes. */
@Path("v1/admin")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class OverviewResource {
    @Inject
    OverviewFacade overview;

    @GET
    @Path("stats")
    public Overview.Stats stats() {
        return overview.stats();
    }

    @GET
    @Path("nodes")
    public Page<Overview.NodeRow> nodes(@BeanParam PageRequest page) {
        return overview.nodes(page.limit(), page.cursor());
    }

    @GET
    @Path("nodes/{id}")
    public Overview.NodeRow node(@PathParam("id") UUID id) {
        return overview.node(id);
    }

    @GET
    @Path("miners")
    public Page<Overview.NodeRow> miners(@BeanParam PageRequest page) {
        return nodes(page);
    }

    @GET
    @Path("jobs")
    public Page<Overview.JobRow> jobs(@BeanParam PageRequest page) {
        return overview.jobs(page.limit(), page.cursor());
    }
}
