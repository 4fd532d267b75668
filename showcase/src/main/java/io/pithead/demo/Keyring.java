package io.pithead.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The keys of the demo's parties, each in a file of mode 0600; made with the first admin key when there is none. */
final class Keyring {
    private final Rest admin;
    private final Path folder;

    Keyring(Rest admin, Path folder) {
        this.admin = admin;
        this.folder = folder;
    }

    Path file(String name) {
        return folder.resolve(name + ".key");
    }

    /** The key of this scope that still works, or a fresh one of a fresh account. */
    String key(String scope, String account) throws IOException, InterruptedException, DemoException {
        return key(scope, scope, account);
    }

    /** One of several of a scope, by a name. */
    String key(String name, String scope, String account) throws IOException, InterruptedException, DemoException {
        Path file = file(name);
        if (Files.exists(file)) {
            String kept = Files.readString(file).strip();
            if (admin.as(kept).isWelcome()) {
                return kept;
            }
        }
        String id = admin.post("/v1/admin/accounts", Map.of("name", account))
                .path("id")
                .asText();
        String key = admin.post("/v1/admin/keys", Map.of("account", id, "scope", scope, "label", "demo"))
                .path("key")
                .asText();
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, key + System.lineSeparator());
        return key;
    }
}
