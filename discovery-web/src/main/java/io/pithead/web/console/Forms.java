package io.pithead.web.console;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what a form's fields hold. */
final class Forms {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

    private Forms() {}

    static long number(String name, String text) {
        if (!NUMBER.matcher(text.strip()).matches()) {
            throw wrong(name, "must be a whole number");
        }
        return Long.parseLong(text.strip());
    }

    static CoordinatorException wrong(String name, String problem) {
        return new CoordinatorException(ErrorCode.INVALID_PAYLOAD, "A field is wrong.", Map.of(name, problem));
    }
}
