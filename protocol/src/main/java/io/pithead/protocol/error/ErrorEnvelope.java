package io.pithead.protocol.error;

import java.util.Map;

/** {@code {"error":{"code","message","details":{}}}}, the body of every answer that is not 2xx. */
public record ErrorEnvelope(Body error) {

    /** Details name facts or, for {@code INVALID_PAYLOAD}, each wrong member by its JSON pointer. */
    public record Body(ErrorCode code, String message, Map<String, Object> details) {
        public Body {
            details = Map.copyOf(details);
        }
    }

    public static ErrorEnvelope of(ErrorCode code, String message, Map<String, ?> details) {
        return new ErrorEnvelope(new Body(code, message, Map.copyOf(details)));
    }
}
