package io.pithead.web.console;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

/** Style, script and picture of the pages. */
@Path("console/static/{digest}/{name}")
@RequestScoped
@OpenToAll("the same for everybody, and the page before the sign-in needs it")
public class StaticResource {
    @GET
    public Response get(@PathParam("digest") String digest, @PathParam("name") String name) {
        StaticFile file = StaticFile.find(digest, name)
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is nothing here."));
        return Response.ok(file.bytes())
                .type(file.mediaType())
                .header("Cache-Control", "public, max-age=31536000, immutable")
                .build();
    }
}
