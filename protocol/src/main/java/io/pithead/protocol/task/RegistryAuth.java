package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;

/** Who pulls the image. The password is never shown, listed or logged. */
public record RegistryAuth(String username, String password) {
    static final int MAX = 4_096;

    public RegistryAuth {
        new Checks()
                .present("username", username)
                .text("username", username, MAX)
                .present("password", password)
                .that(
                        "password",
                        password == null || (!password.isEmpty() && password.length() <= MAX),
                        "must be 1 to " + MAX + " characters")
                .done();
    }

    @Override
    public String toString() {
        return "RegistryAuth[username=" + username + "]";
    }
}
