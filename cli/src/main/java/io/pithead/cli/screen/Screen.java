package io.pithead.cli.screen;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tables and sentences for people, one JSON document for programs; complaints go to the other stream. */
public final class Screen {
    private final PrintWriter out;
    private final PrintWriter err;

    public Screen(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    public void line(String text) {
        out.println(text);
        out.flush();
    }

    /** As it is, without an end of line. */
    public void raw(String text) {
        out.print(text);
        out.flush();
    }

    /** For people, whatever a program reads of the rest. */
    public void note(String text) {
        err.println(text);
        err.flush();
    }

    /** A line that the next one replaces. */
    public void progress(String text) {
        err.print(text);
        err.flush();
    }

    public void complain(String text) {
        err.println("pithead: " + text);
        err.flush();
    }

    public void json(Object document) {
        line(Json.text(document));
    }

    /** A row for each item, a column for each pointer; the column's head is the pointer's last member. */
    public void table(Iterable<JsonNode> items, String... pointers) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of(pointers).stream().map(Screen::head).toList());
        for (JsonNode item : items) {
            rows.add(List.of(pointers).stream()
                    .map(pointer -> Text.of(item.at("/" + pointer)))
                    .toList());
        }
        int[] widths = new int[pointers.length];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length - 1; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            line(line.append(row.getLast()).toString());
        }
    }

    private static String head(String pointer) {
        return pointer.substring(pointer.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT);
    }

    /** A line for each of these members that the document has. */
    public void facts(JsonNode document, String... pointers) {
        int width = List.of(pointers).stream().mapToInt(String::length).max().orElse(0) + 2;
        for (String pointer : pointers) {
            JsonNode value = document.at("/" + pointer);
            if (!value.isMissingNode() && !value.isNull()) {
                String name = pointer.replace('/', ' ').replace('_', ' ');
                line(name + " ".repeat(width - name.length()) + Text.of(value));
            }
        }
    }
}
