package io.pithead.web.admin;

import io.pithead.coordinator.dispute.DisputeFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.DisputeRow;
import io.pithead.protocol.job.DisputeView;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Results that buyers hold for wrong. */
@Path("v1/admin/disputes")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class DisputesResource {
    @Inject
    DisputeFacade disputes;

    @GET
    public Page<DisputeRow> list(@QueryParam("state") DisputeView.@Nullable State state, @BeanParam PageRequest page) {
        return disputes.list(state, page.limit(), page.cursor());
    }

    @GET
    @Path("{id}")
    public DisputeView get(@PathParam("id") UUID id) {
        return disputes.find(id);
    }
}
