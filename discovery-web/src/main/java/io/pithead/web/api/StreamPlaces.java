package io.pithead.web.api;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where in a stream of events its reader was, as the header {@code Last-Event-ID} says. */
public final class StreamPlaces {
    private static final Pattern SEQ = Pattern.compile("\\d{1,9}");
    private static final Pattern PLACE = Pattern.compile("(\\d{1,4})-(\\d{1,16})");

    private StreamPlaces() {}

    /** In a log. */
    public record Place(int attempt, long offset) {}

    /** In a history; 0 at its begin. */
    public static int seq(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return 0;
        }
        if (!SEQ.matcher(lastEventId).matches()) {
            throw new CoordinatorException(
                    ErrorCode.MALFORMED_REQUEST, "A header is wrong.", Map.of("Last-Event-ID", "must be a number"));
        }
        return Integer.parseInt(lastEventId);
    }

    public static Place place(String lastEventId) {
        Matcher place = PLACE.matcher(lastEventId);
        if (!place.matches()) {
            throw new CoordinatorException(
                    ErrorCode.MALFORMED_REQUEST,
                    "A parameter is wrong.",
                    Map.of("Last-Event-ID", "must be an id of this stream"));
        }
        return new Place(Integer.parseInt(place.group(1)), Long.parseLong(place.group(2)));
    }
}
