package io.pithead.web.api;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.discovery.Registry;
import io.pithead.coordinator.discovery.Signer;
import io.pithead.protocol.Page;
import io.pithead.protocol.discovery.DiscoveredNode;
import io.pithead.protocol.discovery.NodeAnnounced;
import io.pithead.protocol.discovery.NodeAnnouncement;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Address;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.ClientAddress;
import io.pithead.web.security.WalletSigned;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
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
import org.jspecify.annotations.Nullable;

/** The discovery registry, by signature. */
@Path("v1/discovery")
@RequestScoped
@WalletSigned
@Produces(MediaType.APPLICATION_JSON)
public class DiscoveryResource {
    @Inject
    Registry registry;

    @Inject
    DiscoveryConfig config;

    @Context
    SecurityContext security;

    @Context
    HttpServletRequest request;

    @PUT
    @Path("nodes")
    @Consumes(MediaType.APPLICATION_JSON)
    public NodeAnnounced announce(NodeAnnouncement announcement) {
        return registry.announce(signer(), announcement, ClientAddress.of(request, config));
    }

    @GET
    @Path("nodes/{address}")
    public DiscoveredNode node(@PathParam("address") String address) {
        return registry.node(
                signer(),
                Address.parse(address)
                        .orElseThrow(
                                () -> new CoordinatorException(ErrorCode.NODE_NOT_FOUND, "There is no such node.")));
    }

    @GET
    @Path("runs/{run}/nodes")
    public Page<DiscoveredNode> ofRun(@PathParam("run") UUID run, @BeanParam PageRequest page) {
        return registry.ofRun(signer(), run, page.addressCursor(), page.limit());
    }

    @GET
    @Path("validator/nodes")
    public Page<DiscoveredNode> forValidator(
            @QueryParam("validated") @Nullable Boolean validated, @BeanParam PageRequest page) {
        return registry.forValidator(signer(), validated, page.addressCursor(), page.limit());
    }

    private Signer signer() {
        return Callers.signer(security);
    }
}
