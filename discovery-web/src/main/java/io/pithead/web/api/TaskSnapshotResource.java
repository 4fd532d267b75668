package io.pithead.web.api;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.task.SnapshotFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.task.Snapshot;
import io.pithead.protocol.task.SnapshotChunk;
import io.pithead.protocol.task.SnapshotView;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;

/** {@code /v1/tasks/{id}/snapshots}: what the containers of a task keep, for its buyer. */
@Path("v1/tasks/{id}/snapshots")
@RequestScoped
@Secured(Scope.BUYER)
public class TaskSnapshotResource {
    @Inject
    SnapshotFacade snapshots;

    @Inject
    ArtifactFacade artifacts;

    @Context
    SecurityContext security;

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Page<SnapshotView> list(@PathParam("id") UUID task, @BeanParam PageRequest page) {
        return snapshots.list(account(), task, page.limit(), page.cursor());
    }

    /** The tar file itself. It ends short when the container's node replaces the copy meanwhile: its length tells. */
    @GET
    @Path("{job}/data")
    public Response data(@PathParam("id") UUID task, @PathParam("job") UUID job) {
        UUID account = account();
        Snapshot snapshot = snapshots.read(account, task, job);
        if (!snapshot.chunks().isEmpty()) {
            // refuses before the answer has begun
            artifacts.open(account, snapshot.chunks().getFirst().sha256());
        }
        return Response.ok((StreamingOutput) out -> send(account, snapshot, out))
                .type("application/x-tar")
                .header(HttpHeaders.CONTENT_LENGTH, snapshot.bytes())
                .header("Content-Disposition", "attachment; filename=\"" + job + ".tar\"")
                .header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private void send(UUID account, Snapshot snapshot, OutputStream out) throws IOException {
        for (SnapshotChunk chunk : snapshot.chunks()) {
            try {
                artifacts.open(account, chunk.sha256()).sendTo(out);
            } catch (CoordinatorException e) {
                throw new IOException("snapshot.cut_off job=" + snapshot.job() + " code=" + e.code(), e);
            }
        }
    }

    private UUID account() {
        return Callers.of(security).accountId();
    }
}
