package io.pithead.bench;

import java.nio.charset.StandardCharsets;

/** A whole HTTP answer. */
record Answer(int status, byte[] body) {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int FIRST_REFUSAL = 300;
    private static final int SHOWN = 300;

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    boolean isEmpty() {
        return status == NO_CONTENT;
    }

    Answer orThrow() throws RefusedException {
        if (status < OK || status >= FIRST_REFUSAL) {
            String text = text();
            throw new RefusedException(status + " " + text.substring(0, Math.min(SHOWN, text.length())));
        }
        return this;
    }
}
