package io.pithead.web.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

class RouteTest {
    @Path("v1/jobs")
    static class Jobs {
        @GET
        void list() {}

        @POST
        @Path("{id}/cancel")
        void cancel() {}
    }

    @Path("/")
    static class Root {
        @GET
        void get() {}
    }

    @Test
    void a_route_is_what_the_code_says() {
        assertThat(of(Jobs.class, "list")).isEqualTo(new Route("/v1/jobs", "GET"));
        assertThat(of(Jobs.class, "cancel")).isEqualTo(new Route("/v1/jobs/{id}/cancel", "POST"));
        assertThat(of(Root.class, "get")).isEqualTo(new Route("/", "GET"));
    }

    private static Route of(Class<?> type, String method) {
        return Route.of(new ResourceInfo() {
            @Override
            public Method getResourceMethod() {
                try {
                    return type.getDeclaredMethod(method);
                } catch (NoSuchMethodException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public Class<?> getResourceClass() {
                return type;
            }
        });
    }
}
