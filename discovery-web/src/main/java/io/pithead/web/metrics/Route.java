package io.pithead.web.metrics;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A resource method as the code names it: {@code POST /v1/jobs/{id}/cancel}. */
record Route(String template, String method) {
    /** What no resource method answered: unknown paths, wrong methods. */
    static final Route NONE = new Route("none", "none");

    static Route of(ResourceInfo resource) {
        Method method = resource.getResourceMethod();
        String template =
                part(resource.getResourceClass().getAnnotation(Path.class)) + part(method.getAnnotation(Path.class));
        return new Route(template.isEmpty() ? "/" : template, verb(method));
    }

    private static String part(@Nullable Path path) {
        if (path == null || path.value().isEmpty() || path.value().equals("/")) {
            return "";
        }
        return path.value().startsWith("/") ? path.value() : "/" + path.value();
    }

    private static String verb(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null) {
                return verb.value();
            }
        }
        return "none";
    }
}
