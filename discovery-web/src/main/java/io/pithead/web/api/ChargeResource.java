package io.pithead.web.api;

import io.pithead.coordinator.verify.ChargeFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.ChargeView;
import io.pithead.web.json.PageRequest;
import io.pithead.web.json.Queries;
import io.pithead.web.security.OpenToAll;
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

/** Nodes whose wrong answers validators do once more. */
@Path("v1/charges")
@RequestScoped
@OpenToAll("what a node is charged with is for everybody who would rely on it, and for whoever would check it")
@Produces(MediaType.APPLICATION_JSON)
public class ChargeResource {
    @Inject
    ChargeFacade charges;

    @GET
    public Page<ChargeView> list(@QueryParam("node") @Nullable String node, @BeanParam PageRequest page) {
        return charges.list(Queries.address("node", node), page.cursor(), page.limit());
    }

    @GET
    @Path("{id}")
    public ChargeView get(@PathParam("id") UUID id) {
        return charges.get(id);
    }
}
