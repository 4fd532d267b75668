package io.pithead.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** One origin serves everything, so the application is the root. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Pithead",
                        version = "1",
                        description =
                                "Every answer that is not 2xx is {\"error\":{\"code\",\"message\",\"details\"}} and every"
                                        + " answer carries X-Request-Id. Amounts of money are decimal strings, times ISO-8601 UTC."),
        security = @SecurityRequirement(name = "key"))
@SecurityScheme(
        securitySchemeName = "key",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "An API key, ph_<scope>_...; X-Api-Key means the same.")
@ApplicationPath("/")
public class PitheadApplication extends Application {
    @Override
    public Map<String, Object> getProperties() {
        return Map.of(
                // no other JSON provider than web.json: naming one that is not there keeps the server's own out
                "jersey.config.server.jsonFeature", "io.pithead.web.json",
                // the API is described by OpenAPI
                "jersey.config.server.wadl.disableWadl", true,
                // a resource's own error answers are not replaced by the servlet container's pages
                "jersey.config.server.response.setStatusOverSendError", true);
    }
}
