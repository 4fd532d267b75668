package io.pithead.web.health;

import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** Liveness: this process answers. */
@Path("health")
@OpenToAll("load balancers and supervisors hold no key; it tells nothing but up or down")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class HealthResource {
    @GET
    @Path("live")
    public Map<String, String> live() {
        return Map.of("status", "UP");
    }
}
