package io.pithead.miner.cli;

import io.pithead.protocol.json.Json;
import java.io.PrintWriter;

/** What a command prints: sentences for people, one JSON document for programs. */
final class Screen {
    private static final String RESET = "\u001b[0m";

    /** What a line is about. */
    enum Tone {
        GOOD("\u001b[32m"),
        ODD("\u001b[33m"),
        BAD("\u001b[31m"),
        PLAIN("");

        private final String start;

        Tone(String start) {
            this.start = start;
        }
    }

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean colour;

    Screen(PrintWriter out, PrintWriter err, boolean colour) {
        this.out = out;
        this.err = err;
        this.colour = colour;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** For the owner's eyes, whatever a program reads on the other side. */
    void note(String text) {
        err.println(text);
        err.flush();
    }

    void complain(String text) {
        err.println("pithead-miner: " + text);
        err.flush();
    }

    void json(Object document) {
        line(Json.text(document));
    }

    String toned(Tone tone, String text) {
        return colour && tone != Tone.PLAIN ? tone.start + text + RESET : text;
    }
}
