package io.pithead.web.admin;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.DiscoveryFacts;
import io.pithead.protocol.discovery.DiscoveryProvider;
import io.pithead.protocol.discovery.DiscoveryRun;
import io.pithead.protocol.discovery.DiscoveryValidators;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.signing.Address;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** What a chain would say to the discovery registry, said by the operator. */
@Path("v1/admin/discovery")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class DiscoveryFactsResource {
    @Inject
    DiscoveryFacts facts;

    @Context
    SecurityContext security;

    @PUT
    @Path("runs/{run}")
    @Consumes(MediaType.APPLICATION_JSON)
    public DiscoveryRun putRun(@PathParam("run") UUID run, DiscoveryRun said) {
        return facts.putRun(Callers.of(security), run, said);
    }

    @GET
    @Path("runs/{run}")
    public DiscoveryRun run(@PathParam("run") UUID run) {
        return facts.run(run);
    }

    @PUT
    @Path("validators")
    @Consumes(MediaType.APPLICATION_JSON)
    public DiscoveryValidators putValidators(DiscoveryValidators said) {
        return facts.putValidators(Callers.of(security), said);
    }

    @GET
    @Path("validators")
    public DiscoveryValidators validators(@QueryParam("chain") @DefaultValue("1") long chain) {
        return facts.validators(Math.max(1, chain));
    }

    @PUT
    @Path("providers/{address}")
    @Consumes(MediaType.APPLICATION_JSON)
    public DiscoveryProvider putProvider(@PathParam("address") String address, DiscoveryProvider said) {
        return facts.putProvider(Callers.of(security), provider(address), said);
    }

    @GET
    @Path("providers/{address}")
    public DiscoveryProvider provider(
            @PathParam("address") String address, @QueryParam("chain") @DefaultValue("1") long chain) {
        return facts.provider(chain, provider(address));
    }

    private static Address provider(String address) {
        return Address.parse(address)
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such provider."));
    }
}
