package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A job's output on the screen: foreign bytes, which may move no cursor unless that is asked for. */
final class LogPrinter {
    private static final int STRETCH = 256 * 1024;

    private final Rest rest;
    private final Screen screen;
    private final boolean json;
    private final boolean raw;

    LogPrinter(Rest rest, Screen screen, boolean json, boolean raw) {
        this.rest = rest;
        this.screen = screen;
        this.json = json;
        this.raw = raw;
    }

    int print(String job, boolean follow, @Nullable Integer tail) throws Refusal, IOException, InterruptedException {
        String logs = "/v1/jobs/" + job + "/logs";
        if (follow) {
            boolean ended = rest.events(logs + "/follow" + (tail == null ? "" : "?tail=" + tail), stretch -> {
                print(stretch);
                return !stretch.path("complete").asBoolean();
            });
            return ended ? Exit.OK : Exit.UNREACHABLE;
        }
        if (tail != null && !json) {
            screen.raw(harmless(rest.text(logs + "?tail=" + tail)));
            return Exit.OK;
        }
        long offset = 0;
        while (true) {
            JsonNode stretch = rest.get(logs + "?limit=" + STRETCH + "&offset=" + offset);
            print(stretch);
            long next = stretch.path("next_offset").asLong();
            if (next <= offset || next >= stretch.path("size").asLong()) {
                return Exit.OK;
            }
            offset = next;
        }
    }

    private void print(JsonNode stretch) {
        if (json) {
            screen.json(stretch);
        } else {
            screen.raw(harmless(stretch.path("text").asText()));
        }
    }

    private String harmless(String text) {
        return raw ? text : text.replaceAll("\u001b\\[[0-9;?]*[ -/]*[@-~]", "").replaceAll("[\\p{Cntrl}&&[^\n\t]]", "");
    }
}
