package io.pithead.web.api;

import io.pithead.coordinator.task.TaskFileFacade;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.task.TaskFileAnswer;
import io.pithead.protocol.task.TaskFileOffer;
import io.pithead.web.idempotency.NotIdempotent;
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
import jakarta.ws.rs.core.SecurityContext;

/** {@code /v1/miner/files}: what containers announced. */
@Path("v1/miner/files")
@RequestScoped
@Secured(Scope.MINER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class MinerFileResource {
    @Inject
    TaskFileFacade files;

    @Context
    SecurityContext security;

    /** Offering the same again changes nothing. */
    @POST
    @NotIdempotent
    public TaskFileAnswer offer(TaskFileOffer offer) {
        return files.offer(Callers.of(security).accountId(), offer);
    }
}
