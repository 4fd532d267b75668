package io.pithead.web.admin;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.KeyFacade;
import io.pithead.coordinator.account.core.RotationPolicy;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.IssuedKey;
import io.pithead.protocol.admin.Key;
import io.pithead.protocol.admin.KeyRequest;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.Scope;
import io.pithead.web.idempotency.SecretMembers;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keys of all accounts. A key's text is in the answer that makes it and nowhere else. */
@Path("v1/admin/keys")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class KeysResource {
    private static final String DEFAULT_GRACE_S = "86400";

    @EJB
    KeyFacade keys;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @SecretMembers("key")
    @Answer(status = 201, value = IssuedKey.class)
    public Response issue(KeyRequest request, @Context SecurityContext security) {
        return created(keys.issue(Callers.of(security), request));
    }

    @GET
    public Page<Key> list(@QueryParam("account") @Nullable UUID account, @BeanParam PageRequest page) {
        return keys.list(account, page.cursor(), page.limit());
    }

    @GET
    @Path("{id}")
    public Key get(@PathParam("id") UUID id) {
        return keys.get(id);
    }

    @POST
    @Path("{id}/rotate")
    @SecretMembers("key")
    @Answer(status = 201, value = IssuedKey.class)
    public Response rotate(
            @PathParam("id") UUID id,
            @QueryParam("grace_s") @DefaultValue(DEFAULT_GRACE_S) long graceSeconds,
            @Context SecurityContext security) {
        long max = RotationPolicy.MAX_GRACE.toSeconds();
        if (graceSeconds < 0 || graceSeconds > max) {
            throw new CoordinatorException(
                    ErrorCode.MALFORMED_REQUEST,
                    "A parameter is wrong.",
                    Map.of("grace_s", "must be from 0 to " + max));
        }
        return created(keys.rotate(Callers.of(security), id, Duration.ofSeconds(graceSeconds)));
    }

    @POST
    @Path("{id}/revoke")
    public Key revoke(@PathParam("id") UUID id, @Context SecurityContext security) {
        return keys.revoke(Callers.of(security), id);
    }

    private static Response created(IssuedKey key) {
        return Response.status(Response.Status.CREATED)
                .header("Cache-Control", "no-store")
                .entity(key)
                .build();
    }
}
