package io.pithead.web.admin;

import io.pithead.coordinator.verify.VerificationFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Disagreement;
import io.pithead.protocol.key.Scope;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Where providers did not answer the same. */
@Path("v1/admin/disagreements")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class DisagreementsResource {
    @Inject
    VerificationFacade verifications;

    @GET
    public Page<Disagreement> list(@BeanParam PageRequest page) {
        return verifications.disagreements(page.limit(), page.cursor());
    }
}
