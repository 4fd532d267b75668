package io.pithead.web.admin;

import io.pithead.coordinator.account.Audit;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.AuditEntry;
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

/** Who changed what, newest first. */
@Path("v1/admin/audit")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {
    @Inject
    Audit audit;

    @GET
    public Page<AuditEntry> list(@BeanParam PageRequest page) {
        return audit.list(page.cursor(), page.limit());
    }
}
