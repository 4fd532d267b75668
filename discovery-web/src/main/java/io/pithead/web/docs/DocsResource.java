package io.pithead.web.docs;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The API, to look at and try. */
@Path("docs")
@RequestScoped
@OpenToAll("what the API is, is no secret; trying it needs a key")
public class DocsResource {
    /** Only what the page itself brings may run; Swagger UI sets styles on its elements. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    @GET
    @Operation(hidden = true)
    public Response page(@Context Request request) throws IOException {
        return answer(request, "index.html");
    }

    @GET
    @Path("{file}")
    @Operation(hidden = true)
    public Response file(@Context Request request, @PathParam("file") String file) throws IOException {
        return answer(request, file);
    }

    private static Response answer(Request request, String name) throws IOException {
        DocsFile file = DocsFile.find(name)
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is nothing here."));
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(file.tag());
        Response.ResponseBuilder answer =
                unchanged != null ? unchanged : Response.ok(file.bytes()).type(file.mediaType());
        return answer.tag(file.tag())
                .header("Cache-Control", "no-cache")
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "no-referrer")
                .build();
    }
}
