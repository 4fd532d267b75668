package io.pithead.web.api;

import io.pithead.coordinator.log.LogFacade;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.log.LogPieces;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** {@code POST /v1/miner/logs}: pieces of a job's output. */
@Path("v1/miner/logs")
@RequestScoped
@Secured(Scope.MINER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class MinerLogResource {
    @Inject
    LogFacade logs;

    @Context
    SecurityContext security;

    @POST
    @NotIdempotent
    @Answer(status = 202, value = LogAnswer.class)
    public Response write(LogPieces pieces) {
        return Response.accepted(logs.write(Callers.of(security).accountId(), pieces))
                .build();
    }
}
