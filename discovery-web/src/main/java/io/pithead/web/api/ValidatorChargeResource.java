package io.pithead.web.api;

import io.pithead.coordinator.verify.ChargeFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.ChargeView;
import io.pithead.protocol.key.Scope;
import io.pithead.web.idempotency.NotIdempotent;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** What validators are asked to say of nodes whose answers were wrong. An attestation is signed and may be sent again as it is. */
@Path("v1/validator/charges")
@RequestScoped
@Secured(Scope.VALIDATOR)
@NotIdempotent
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ValidatorChargeResource {
    @Inject
    ChargeFacade charges;

    @Context
    SecurityContext security;

    @GET
    public Page<Charge> offers(@BeanParam PageRequest page) {
        return charges.offers(Callers.of(security).accountId(), page.cursor(), page.limit());
    }

    @POST
    @Path("{id}/attestation")
    public ChargeView attest(@PathParam("id") UUID id, Attestation attestation) {
        return charges.attest(Callers.of(security).accountId(), id, attestation);
    }
}
