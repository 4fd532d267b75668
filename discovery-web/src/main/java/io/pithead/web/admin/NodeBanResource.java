package io.pithead.web.admin;

import io.pithead.coordinator.node.NodeBans;
import io.pithead.protocol.admin.BanRequest;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** Keeps a node from all work, whoever buys, until it is lifted. */
@Path("v1/admin/nodes/{id}/ban")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class NodeBanResource {
    @Inject
    NodeBans bans;

    @Context
    SecurityContext security;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 204, value = Void.class)
    public Response ban(@PathParam("id") UUID id, BanRequest request) {
        bans.ban(Callers.of(security), id, request.reason());
        return Response.noContent().build();
    }

    @DELETE
    @Answer(status = 204, value = Void.class)
    public Response lift(@PathParam("id") UUID id) {
        bans.lift(Callers.of(security), id);
        return Response.noContent().build();
    }
}
