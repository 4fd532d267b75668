package io.pithead.web.console;

import java.util.Locale;

/** How a word is coloured; it is never the colour alone that says something. */
public enum Tone {
    CALM,
    GOOD,
    WARN,
    BAD;

    public String css() {
        return name().toLowerCase(Locale.ROOT);
    }
}
