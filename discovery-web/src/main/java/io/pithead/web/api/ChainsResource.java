package io.pithead.web.api;

import io.pithead.coordinator.chain.ChainOrders;
import io.pithead.coordinator.settlement.Settling;
import io.pithead.protocol.chain.PublicChains;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The chains that work is registered and paid on. */
@Path("v1/chains")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ChainsResource {
    @Inject
    ChainOrders orders;

    @Inject
    Settling settling;

    @GET
    @OpenToAll("contracts are public, and whoever joins must compare them")
    public PublicChains chains() {
        return orders.terms(settling.chainId());
    }
}
