package io.pithead.web.admin;

import io.pithead.coordinator.settlement.ReconcileFacade;
import io.pithead.coordinator.settlement.SettlementFacade;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.wallet.Epoch;
import io.pithead.protocol.wallet.Reconciliation;
import io.pithead.web.json.Answer;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** Epochs by the operator's word, and whether the books agree. */
@Path("v1/admin/settlement")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class SettlementResource {
    @Inject
    SettlementFacade epochs;

    @Inject
    ReconcileFacade books;

    @POST
    @Path("close")
    @Answer(status = 202, value = Epoch.class)
    public Response close(@Context SecurityContext security) {
        return Response.accepted(epochs.close(Callers.of(security))).build();
    }

    @GET
    @Path("reconcile")
    public Reconciliation reconcile() {
        return books.reconcile();
    }
}
