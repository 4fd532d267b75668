package io.pithead.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** One origin serves everything, so the application is the root. */
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
