package io.pithead.protocol.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What one setting is, and who said so.
 *
 * @param value what was set, or the default; of a secret nothing, of a URL only where it leads
 * @param byDefault what it is when nobody says; absent for one that no component of the application reads, such as the launcher's
 * @param from where it was set; absent when it is the default
 * @param masked there is more than is shown
 */
public record Setting(
        String key,
        String value,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String byDefault,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String from,

        boolean masked) {}
