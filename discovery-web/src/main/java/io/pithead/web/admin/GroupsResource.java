package io.pithead.web.admin;

import io.pithead.coordinator.task.GroupFacade;
import io.pithead.protocol.Page;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.task.GroupView;
import io.pithead.web.json.Answer;
import io.pithead.web.json.PageRequest;
import io.pithead.web.security.Callers;
import io.pithead.web.security.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;

/** Everybody's node groups. */
@Path("v1/admin/groups")
@RequestScoped
@Secured(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class GroupsResource {
    @Inject
    GroupFacade groups;

    @Context
    SecurityContext security;

    @GET
    public Page<GroupView> list(@BeanParam PageRequest page) {
        return groups.list(null, page.limit(), page.cursor()).page();
    }

    /** Ends a group and its containers; its task forms another one. */
    @DELETE
    @Answer(status = 204, value = Void.class)
    @Path("{id}")
    public Response dissolve(@PathParam("id") UUID id) {
        groups.dissolveAny(Callers.of(security), id);
        return Response.noContent().build();
    }
}
