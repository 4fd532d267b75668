package io.pithead.web.api;

import io.pithead.coordinator.run.InviteFacade;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.run.InviteAnswer;
import io.pithead.protocol.run.InviteTaken;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** {@code /v1/miner/invites}: places in runs, offered with heartbeats. */
@Path("v1/miner/invites")
@RequestScoped
@Secured(Scope.MINER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class MinerInviteResource {
    @Inject
    InviteFacade invites;

    @Context
    SecurityContext security;

    @POST
    @Path("{id}/accept")
    public InviteTaken accept(@PathParam("id") UUID id, InviteAnswer answer) {
        return invites.accept(Callers.of(security).accountId(), id, answer);
    }
}
