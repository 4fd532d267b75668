package io.pithead.web.admin;

import io.pithead.coordinator.node.NodeBans;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** Lets a node finish what it has and take nothing new, until its miner starts anew. */
@Path("v1/admin/nodes/{id}/drain")
@RequestScoped
@Secured(Scope.ADMIN)
public class NodeDrainResource {
    @Inject
    NodeBans bans;

    @Context
    SecurityContext security;

    @POST
    @Answer(status = 204, value = Void.class)
    public Response drain(@PathParam("id") UUID id) {
        bans.drain(Callers.of(security), id);
        return Response.noContent().build();
    }
}
