package io.pithead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the server says of itself: tests that must hold for every endpoint take the list from here. */
final class OpenApi {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");
    /** Leads nowhere, whatever the parameter is: an id, a digest, a name. */
    private static final String NOBODY = "00000000-0000-7000-8000-000000000000";

    private static final String JSON = "application/json";

    private OpenApi() {}

    /** One method of one path. */
    record Operation(String method, String path, boolean hasBody, boolean inPath) {
        String name() {
            return method + " " + path;
        }

        /** The path with an id that nobody has in place of each parameter; a chain's is a number. */
        String somewhere() {
            return path.replace("{chain}", "5").replaceAll("\\{[^}]+}", NOBODY);
        }

        Api.Answer call(Api api) {
            return api.send(
                    method,
                    somewhere(),
                    hasBody ? "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8) : new byte[0],
                    "Content-Type",
                    JSON);
        }

        @Override
        public String toString() {
            return name();
        }
    }

    static List<Operation> operations(Api open) {
        JsonNode document = Api.open(open.origin())
                .send("GET", "/openapi", new byte[0], "Accept", JSON)
                .expect(200)
                .body();
        return document.get("paths").properties().stream()
                .flatMap(OpenApi::ofPath)
                .sorted(Comparator.comparing(Operation::name))
                .toList();
    }

    private static Stream<Operation> ofPath(Map.Entry<String, JsonNode> path) {
        return path.getValue().properties().stream()
                .filter(method -> METHODS.contains(method.getKey()))
                .map(method -> new Operation(
                        method.getKey().toUpperCase(Locale.ROOT),
                        path.getKey(),
                        takesBody(method.getKey(), method.getValue()),
                        path.getKey().contains("{")));
    }

    private static boolean takesBody(String method, JsonNode operation) {
        return method.equals("post") && operation.at("/requestBody/content").has(JSON);
    }
}
