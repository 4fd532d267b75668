package io.pithead.web.admin;

import io.pithead.coordinator.user.UserFacade;
import io.pithead.coordinator.user.UserViews.IssuedLink;
import io.pithead.coordinator.user.UserViews.MembershipRequest;
import io.pithead.coordinator.user.UserViews.SignedOut;
import io.pithead.coordinator.user.UserViews.UserRequest;
import io.pithead.coordinator.user.UserViews.UserView;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.web.idempotency.SecretMembers;
import io.pithead.web.json.Answer;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** People, and what they may do. */
@Path("v1/admin/users")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class UsersResource {
    @Inject
    UserFacade users;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = UserView.class)
    public Response create(UserRequest request, @Context SecurityContext security) {
        UserView created = users.create(Callers.of(security), request);
        return Response.status(Response.Status.CREATED).entity(created).build();
    }

    @GET
    public Page<UserView> list(@BeanParam PageRequest page) {
        return users.list(page.cursor(), page.limit());
    }

    @GET
    @Path("{id}")
    public UserView get(@PathParam("id") UUID id) {
        return users.get(id);
    }

    @POST
    @Path("{id}/memberships")
    @Consumes(MediaType.APPLICATION_JSON)
    public UserView add(@PathParam("id") UUID id, MembershipRequest membership, @Context SecurityContext security) {
        return users.addMembership(Callers.of(security), id, membership);
    }

    @POST
    @Path("{id}/memberships/remove")
    @Consumes(MediaType.APPLICATION_JSON)
    public UserView remove(@PathParam("id") UUID id, MembershipRequest membership, @Context SecurityContext security) {
        return users.removeMembership(Callers.of(security), id, membership);
    }

    @POST
    @Path("{id}/disable")
    public UserView disable(@PathParam("id") UUID id, @Context SecurityContext security) {
        return users.disable(Callers.of(security), id);
    }

    @POST
    @Path("{id}/enable")
    public UserView enable(@PathParam("id") UUID id, @Context SecurityContext security) {
        return users.enable(Callers.of(security), id);
    }

    @POST
    @Path("{id}/link")
    @SecretMembers({"token", "path"})
    @Answer(status = 201, value = IssuedLink.class)
    public Response link(@PathParam("id") UUID id, @Context SecurityContext security) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(users.link(Callers.of(security), id))
                .build();
    }

    @POST
    @Path("{id}/oidc/unbind")
    public UserView unbind(@PathParam("id") UUID id, @Context SecurityContext security) {
        return users.unbind(Callers.of(security), id);
    }

    @POST
    @Path("{id}/sign-out")
    public SignedOut signOut(@PathParam("id") UUID id, @Context SecurityContext security) {
        return users.signOut(Callers.of(security), id);
    }
}
