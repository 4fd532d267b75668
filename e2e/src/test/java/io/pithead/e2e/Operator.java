package io.pithead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Whoever runs the server: makes accounts and keys. */
final class Operator {
    /** Tests ask faster than people. */
    private static final int REQUESTS_PER_MINUTE = 10_000_000;

    private final Api admin;

    private Operator(Api admin) {
        this.admin = admin;
    }

    /** Signs in with the key that the first start wrote into the server's data directory. */
    static Operator of(Api open, Path data) {
        try {
            return new Operator(
                    open.withKey(Files.readString(data.resolve("admin.key")).strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Api api() {
        return admin;
    }

    String account(String name) {
        return admin.post("/v1/admin/accounts", Map.of("name", name))
                .expect(201)
                .body()
                .get("id")
                .asText();
    }

    /** @return the key with its id, and its text in {@code key} */
    JsonNode issue(String account, String scope, Map<String, ?> more) {
        var request = new HashMap<String, Object>(Map.of("requests_per_minute", REQUESTS_PER_MINUTE));
        request.putAll(more);
        request.put("account", account);
        request.put("scope", scope);
        return admin.post("/v1/admin/keys", request).expect(201).body();
    }

    Api client(String account, String scope) {
        return admin.withKey(issue(account, scope, Map.of()).get("key").asText());
    }

    void revoke(String keyId) {
        admin.post("/v1/admin/keys/" + keyId + "/revoke", Map.of()).expect(200);
    }

    /** An account that buys and mines. */
    Tenant tenant(String name) {
        String account = account(name);
        return new Tenant(account, client(account, "buyer"), client(account, "miner"));
    }
}
