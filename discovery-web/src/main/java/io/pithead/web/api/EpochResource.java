package io.pithead.web.api;

import io.pithead.coordinator.settlement.SettlementFacade;
import io.pithead.coordinator.settlement.SettlementFacade.Leaves;
import io.pithead.protocol.Page;
import io.pithead.protocol.wallet.Epoch;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

/** What epochs paid: whoever has the file of all leaves can work out a root, and a proof of each leaf. */
@Path("v1/epochs")
@RequestScoped
@OpenToAll("roots are public, and what they are over must be")
public class EpochResource {
    @Inject
    SettlementFacade epochs;

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Page<Epoch> list(@BeanParam PageRequest page) {
        return epochs.epochs(page.numberCursor(), page.limit());
    }

    @GET
    @Path("{number}")
    @Produces(MediaType.APPLICATION_JSON)
    public Epoch get(@PathParam("number") String number) {
        return epochs.epoch(number);
    }

    /** A line of JSON for each leaf, in the order of the tree. */
    @GET
    @Path("{number}/leaves")
    public Response leaves(@PathParam("number") String number) {
        Leaves leaves = epochs.leaves(number);
        return Response.ok((StreamingOutput) leaves::sendTo)
                .type("application/x-ndjson")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }
}
