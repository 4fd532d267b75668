package io.pithead.web.metrics;

import io.pithead.coordinator.platform.Metrics;
import io.pithead.protocol.key.Scope;
import io.pithead.web.security.Secured;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** What this instance has measured. */
@Path("metrics")
@RequestScoped
@Secured(value = Scope.ADMIN, openOnLoopback = true)
public class MetricsResource {
    private static final OpenMetricsTextFormatWriter WRITER = OpenMetricsTextFormatWriter.builder()
            .setCreatedTimestampsEnabled(false)
            .build();

    @Inject
    Metrics metrics;

    @GET
    public Response scrape() throws IOException {
        var text = new ByteArrayOutputStream();
        WRITER.write(text, metrics.registry().scrape());
        return Response.ok(text.toByteArray(), OpenMetricsTextFormatWriter.CONTENT_TYPE)
                .build();
    }
}
