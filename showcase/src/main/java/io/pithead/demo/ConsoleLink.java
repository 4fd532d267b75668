package io.pithead.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way into the console for whoever looks at the demo: a user, made once, and a link that is good once. */
final class ConsoleLink {
    private static final String NAME = "admin";
    private static final int MAX_PAGES = 100;

    private final Rest admin;

    ConsoleLink(Rest admin) {
        this.admin = admin;
    }

    /** The path on the server, with the token. */
    String path() throws IOException, InterruptedException, DemoException {
        Optional<String> known = find();
        String user = known.isPresent() ? known.get() : make();
        return admin.post("/v1/admin/users/" + user + "/link", Map.of())
                .path("path")
                .asText();
    }

    private String make() throws IOException, InterruptedException, DemoException {
        return admin.post(
                        "/v1/admin/users",
                        Map.of(
                                "name",
                                NAME,
                                "memberships",
                                List.of(Map.of("role", "admin"), Map.of("role", "operator"))))
                .path("id")
                .asText();
    }

    private Optional<String> find() throws IOException, InterruptedException, DemoException {
        String cursor = "";
        for (int page = 0; page < MAX_PAGES; page++) {
            JsonNode users = admin.get("/v1/admin/users?limit=200" + cursor);
            for (JsonNode user : users.path("items")) {
                if (user.path("name").asText().equals(NAME)) {
                    return Optional.of(user.path("id").asText());
                }
            }
            if (users.path("next_cursor").isNull()) {
                break;
            }
            cursor = "&cursor=" + users.path("next_cursor").asText();
        }
        return Optional.empty();
    }
}
