package io.pithead.cli.screen;

import com.fasterxml.jackson.databind.JsonNode;

/** Foreign text on a terminal: a job's name or a log line must not move the cursor or change its colours. */
public final class Text {
    private static final String NOTHING = "-";

    private Text() {}

    public static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    }

    /** A value as a cell shows it; {@code -} for none. */
    public static String of(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return NOTHING;
        }
        return plain(value.isValueNode() ? value.asText() : value.toString());
    }
}
