package io.pithead.launcher.edge;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.glassfish.grizzly.http.HttpResponsePacket;
import org.glassfish.grizzly.http.server.ErrorPageGenerator;
import org.glassfish.grizzly.http.server.Request;
import org.jspecify.annotations.Nullable;

/** Answers in the error envelope. They carry a request id of their own: what the client sent is not trusted here. */
final class Answer {
    private static final String JSON = "application/json";

    private Answer() {}

    /** Sets the headers, and gives the body. */
    static byte[] begin(HttpResponsePacket response, Refusal refusal) {
        String id = UUID.randomUUID().toString();
        byte[] body = refusal.json(id).getBytes(StandardCharsets.UTF_8);
        response.setContentType(JSON);
        response.setHeader("X-Request-Id", id);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(body.length);
        return body;
    }

    /** A whole answer, where there is nobody left to write one. */
    static byte[] late() {
        String id = UUID.randomUUID().toString();
        byte[] body = Refusal.LATE.json(id).getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: " + JSON
                + "\r\nX-Request-Id: " + id + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        return (head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** For what Grizzly refuses with a page. */
    static final class Pages implements ErrorPageGenerator {
        @Override
        public String generate(
                Request request,
                int status,
                @Nullable String reason,
                @Nullable String description,
                @Nullable Throwable thrown) {
            var response = request.getResponse().getResponse();
            return new String(begin(response, Refusal.of(status)), StandardCharsets.UTF_8);
        }
    }
}
