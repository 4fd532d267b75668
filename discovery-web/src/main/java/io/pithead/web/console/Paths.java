package io.pithead.web.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Paths of pages. */
final class Paths {
    /** No host, no scheme, nothing that a browser could read as one. */
    private static final Pattern OURS =
            Pattern.compile("/console(/[A-Za-z0-9~-][A-Za-z0-9._~-]*)*(\\?[A-Za-z0-9._~=&%+-]*)?");

    private static final int LONGEST = 500;

    private Paths() {}

    /** The page with these parameters, those without a value left out. */
    static String of(String page, Map<String, ? extends @Nullable Object> parameters) {
        var path = new StringBuilder(page);
        char separator = '?';
        for (var parameter : parameters.entrySet()) {
            Object value = parameter.getValue();
            if (value != null && !value.toString().isEmpty()) {
                path.append(separator)
                        .append(parameter.getKey())
                        .append('=')
                        .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        return path.toString();
    }

    /** Where a list goes on; nothing at its end. */
    static @Nullable String next(String page, @Nullable String cursor) {
        return cursor == null ? null : of(page, Map.of("cursor", cursor));
    }

    /** Where to go after the sign-in: a page of the console, and the first one whatever else was asked for. */
    static String back(@Nullable String wanted) {
        return wanted != null
                        && wanted.length() <= LONGEST
                        && OURS.matcher(wanted).matches()
                ? wanted
                : "/console";
    }
}
