package io.pithead.web.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.key.Scope;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The limit of what a request can cost less than. */
@Path("v1/bench/noop")
@ApplicationScoped
@Secured({Scope.MINER, Scope.BUYER})
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class NoopResource {
    @Inject
    @ConfigProperty(name = "pithead.bench.noop", defaultValue = "false")
    boolean enabled;

    /** Answers what it was sent. */
    @POST
    @NotIdempotent
    @Operation(hidden = true)
    public JsonNode echo(JsonNode body) {
        if (!enabled) {
            throw new NotFoundException();
        }
        return body;
    }
}
