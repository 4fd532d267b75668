package io.pithead.web.admin;

import io.pithead.coordinator.platform.Settings;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Setting;
import io.pithead.protocol.key.Scope;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What the instance that answers was started with; secrets are masked. */
@Path("v1/admin/settings")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class SettingsResource {
    @Inject
    Settings settings;

    /** All of them: their number is bounded. */
    @GET
    public Page<Setting> list() {
        return new Page<>(settings.list(), null);
    }
}
