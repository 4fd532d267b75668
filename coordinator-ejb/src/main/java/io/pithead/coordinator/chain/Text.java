package io.pithead.coordinator.chain;

import io.pithead.protocol.json.Checks;

/** What strangers say, made fit for a row, a log line and an answer. */
final class Text {
    private static final int MAX = 500;

    private Text() {}

    static String line(String text) {
        String plain = Checks.storable(text).replaceAll("\\p{Cntrl}+", " ").strip();
        if (plain.isEmpty()) {
            return "no reason given";
        }
        return plain.length() <= MAX ? plain : plain.substring(0, MAX);
    }
}
