package io.pithead.web.api;

import io.pithead.coordinator.task.SnapshotFacade;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.task.Snapshot;
import io.pithead.protocol.task.SnapshotAnswer;
import io.pithead.protocol.task.SnapshotOffer;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.UUID;

/** {@code /v1/miner/snapshots}: what containers keep in {@code /data}. */
@Path("v1/miner/snapshots")
@RequestScoped
@Secured(Scope.MINER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class MinerSnapshotResource {
    @Inject
    SnapshotFacade snapshots;

    @Context
    SecurityContext security;

    /** Offering the same again changes nothing. */
    @POST
    @NotIdempotent
    public SnapshotAnswer offer(SnapshotOffer offer) {
        return snapshots.offer(Callers.of(security).accountId(), offer);
    }

    /** 204 when there is nothing to go on from. */
    @GET
    @Path("{job}")
    @Answer(Snapshot.class)
    @Answer(status = 204, value = Void.class)
    public Response resume(@PathParam("job") UUID job, @QueryParam("lease") @DefaultValue("0") long lease) {
        Optional<Snapshot> snapshot = snapshots.resume(Callers.of(security).accountId(), job, lease);
        return snapshot.map(found -> Response.ok(found).build())
                .orElseGet(() -> Response.noContent().build());
    }
}
