package io.pithead.web.health;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.health.HealthConfig;
import io.pithead.coordinator.platform.Drain;
import io.pithead.coordinator.platform.Loops;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** Liveness: this process answers. Readiness: it can do its work. */
@Path("health")
@RequestScoped
@OpenToAll("load balancers and supervisors hold no key; it tells what is down, not why")
@Produces(MediaType.APPLICATION_JSON)
public class HealthResource {
    private static final int RETRY_SECONDS = 2;

    @Inject
    Loops loops;

    @Inject
    HealthConfig config;

    @Inject
    Drain drain;

    /** This process answers. */
    public record Live(String status) {}

    @GET
    @Path("live")
    public Live live() {
        return new Live("UP");
    }

    @GET
    @Path("ready")
    public Readiness ready() {
        Readiness readiness = Readiness.of(loops.ages(), config.isBrokerRequired());
        if (drain.isDraining()) {
            throw notReady(Map.of("server", "stopping"));
        }
        if (!readiness.isReady()) {
            throw notReady(readiness.failed());
        }
        return readiness;
    }

    private static CoordinatorException notReady(Map<String, String> failed) {
        return new CoordinatorException(ErrorCode.UNAVAILABLE, "Not ready.", failed).withRetryAfter(RETRY_SECONDS);
    }
}
