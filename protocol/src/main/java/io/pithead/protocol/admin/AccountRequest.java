package io.pithead.protocol.admin;

import io.pithead.protocol.json.Checks;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/admin/accounts}; {@code weight} is the account's part of the fair share between buyers, 1 by default. */
public record AccountRequest(String name, @Nullable Integer weight) {
    static final int MAX_NAME = 200;
    static final int MAX_WEIGHT = 1000;

    public AccountRequest {
        new Checks()
                .present("name", name)
                .text("name", name, MAX_NAME)
                .range("weight", weight, 1, MAX_WEIGHT)
                .done();
    }
}
