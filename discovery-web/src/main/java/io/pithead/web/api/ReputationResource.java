package io.pithead.web.api;

import io.pithead.coordinator.reputation.ReputationFacade;
import io.pithead.protocol.node.NodeReputation;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** How good a node is, and why. */
@Path("v1/nodes/{node}/reputation")
@RequestScoped
@OpenToAll("who would rely on a node sees what it has shown, and its owner what others see")
@Produces(MediaType.APPLICATION_JSON)
public class ReputationResource {
    @Inject
    ReputationFacade reputations;

    @GET
    public NodeReputation get(@PathParam("node") UUID node) {
        return reputations.get(node);
    }
}
