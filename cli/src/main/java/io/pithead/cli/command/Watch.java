package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Terminal;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Follows a job to its end: one line that changes for who looks at it, a line for each change else. */
final class Watch {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Set<String> ENDS = Set.of("COMPLETED", "CANCELED", "EXPIRED", "FAILED");
    private static final String TO_LINE_START = "\r\u001b[K";
    private static final String WAITS = "QUEUED";

    private final Rest rest;
    private final Screen screen;
    private final boolean watched = Terminal.isWatched();
    private String shown = "";

    Watch(Rest rest, Screen screen) {
        this.rest = rest;
        this.screen = screen;
    }

    /** @return the job as it ended */
    JsonNode job(String id) throws Refusal, IOException, InterruptedException {
        var left = new Thread(() -> screen.note("\nThe job goes on. pithead job status " + id + " --wait"));
        Runtime.getRuntime().addShutdownHook(left);
        try {
            while (true) {
                JsonNode job = rest.get("/v1/jobs/" + id);
                String state = job.path("state").asText();
                say(id, line(id, job, state));
                if (ENDS.contains(state)) {
                    if (watched) {
                        screen.note("");
                    }
                    return job;
                }
                Thread.sleep(PAUSE);
            }
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(left);
            } catch (IllegalStateException e) {
                // it is the hook's turn already
            }
        }
    }

    private String line(String id, JsonNode job, String state) throws Refusal, IOException, InterruptedException {
        if (state.equals(WAITS)) {
            JsonNode why = rest.get("/v1/jobs/" + id + "/explain");
            JsonNode ahead = why.path("ahead");
            return state + (ahead.isNumber() ? ", " + ahead.asInt() + " ahead" : "") + ": "
                    + Text.plain(why.path("summary").asText());
        }
        JsonNode percent = job.path("percent");
        JsonNode note = job.path("note");
        return state
                + (percent.isNumber() ? ", " + percent.asInt() + " %" : "")
                + (note.isTextual() ? ": " + Text.plain(note.asText()) : "");
    }

    private void say(String id, String line) {
        if (line.equals(shown)) {
            return;
        }
        shown = line;
        if (watched) {
            screen.progress(TO_LINE_START + id + " " + line);
        } else {
            screen.note(id + " " + line);
        }
    }
}
