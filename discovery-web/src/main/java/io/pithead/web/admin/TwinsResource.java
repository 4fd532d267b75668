package io.pithead.web.admin;

import io.pithead.coordinator.node.TwinFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Twins;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Nodes that may be one machine. */
@Path("v1/admin/twins")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class TwinsResource {
    @Inject
    TwinFacade twins;

    @GET
    public Page<Twins> list(@BeanParam PageRequest page) {
        return twins.list(page.numberCursor(), page.limit());
    }
}
