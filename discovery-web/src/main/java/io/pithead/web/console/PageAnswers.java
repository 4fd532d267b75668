package io.pithead.web.console;

import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.web.error.RequestIds;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import java.util.Map;

/** What every answer of the console carries, and an error as a page. */
@Provider
@ApplicationScoped
public class PageAnswers implements ContainerResponseFilter {
    /** Nothing but what this server brings runs or is shown, and nobody frames it. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static final String ROOT = "console";

    @Context
    HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        String path = request.getUriInfo().getPath();
        String bare = path.startsWith("/") ? path.substring(1) : path;
        if (!bare.equals(ROOT) && !bare.startsWith(ROOT + "/")) {
            return;
        }
        MultivaluedMap<String, Object> headers = response.getHeaders();
        headers.putSingle("Content-Security-Policy", POLICY);
        headers.putSingle("X-Frame-Options", "DENY");
        headers.putSingle("Referrer-Policy", "same-origin");
        headers.putSingle("Cross-Origin-Opener-Policy", "same-origin");
        headers.putSingle("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        if (!headers.containsKey(HttpHeaders.CACHE_CONTROL)) {
            headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        if (response.getEntity() instanceof ErrorEnvelope refused) {
            tell(request, response, refused.error());
        }
    }

    private void tell(ContainerRequestContext request, ContainerResponseContext response, ErrorEnvelope.Body error) {
        boolean part = request.getHeaderString("HX-Request") != null;
        if (error.code().category() == ErrorCode.Category.UNAUTHENTICATED) {
            // a browser would ask for a key in a window of its own
            response.getHeaders().remove(HttpHeaders.WWW_AUTHENTICATE);
            if (part) {
                response.getHeaders().putSingle("HX-Redirect", "/console/sign-in");
            } else if (request.getMethod().equals("GET")) {
                URI asked = request.getUriInfo().getRequestUri();
                String query = asked.getRawQuery();
                response.setStatusInfo(Response.Status.SEE_OTHER);
                response.getHeaders()
                        .putSingle(
                                HttpHeaders.LOCATION,
                                URI.create(Paths.of(
                                        "/console/sign-in",
                                        Map.of("to", asked.getRawPath() + (query == null ? "" : "?" + query)))));
            }
        }
        Sheet sheet = ErrorSheet.of(error, response.getStatus(), RequestIds.of(servletRequest));
        response.setEntity(part ? Html.part(sheet) : Html.page(sheet), null, MediaType.valueOf(Html.MEDIA_TYPE));
    }
}
