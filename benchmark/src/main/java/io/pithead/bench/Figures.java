package io.pithead.bench;

import io.pithead.protocol.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured: a table for people and a flat object for programs. */
final class Figures {
    private static final String NONE = "–";

    private final Map<String, Double> flat = new LinkedHashMap<>();
    private final List<Line> lines = new ArrayList<>();

    private record Line(String what, String figure, String limit, String ratio, String aim, String note) {}

    /** A line as soon as it is known: a later row may fail. */
    private void add(Line line) {
        lines.add(line);
        System.err.println(
                "bench: " + line.what + " " + line.figure + " (limit " + line.limit + ", ratio " + line.ratio + ")");
    }

    /** A throughput beside its limit, which is empty when it could not be measured. */
    void rate(String what, String key, double figure, @Nullable Double limit, String aim, String note) {
        flat.put(key + "_per_s", rounded(figure));
        if (limit != null) {
            flat.put(key + "_limit_per_s", rounded(limit));
        }
        add(new Line(
                what,
                text(figure) + "/s",
                limit == null ? "not measured" : text(limit) + "/s",
                limit == null ? NONE : String.format(Locale.ROOT, "%.2f", figure / limit),
                aim,
                note));
    }

    void plain(String what, String key, double figure, String unit, String aim, String note) {
        flat.put(key, rounded(figure));
        add(new Line(what, text(figure) + unit, NONE, NONE, aim, note));
    }

    /** Beside what the same takes without us; the limit's key ends in {@code _limit}. */
    void beside(String what, String key, double figure, double limit, String unit, String aim, String note) {
        flat.put(key, rounded(figure));
        flat.put(key + "_limit", rounded(limit));
        add(new Line(
                what,
                text(figure) + unit,
                text(limit) + unit,
                String.format(Locale.ROOT, "%.2f", figure / limit),
                aim,
                note));
    }

    /** A share beside what a model says it is. */
    void share(String what, String key, double figure, double model, String aim, String note) {
        flat.put(key, fine(figure));
        flat.put(key + "_limit", fine(model));
        add(new Line(
                what,
                percent(figure),
                percent(model),
                model == 0 ? NONE : String.format(Locale.ROOT, "%.2f", figure / model),
                aim,
                note));
    }

    private static double fine(double value) {
        return Math.round(value * 1e6) / 1e6;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, share >= 0.01 ? "%.2f %%" : "%.4f %%", share * 100);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
    }

    String json() {
        return Json.text(flat);
    }

    /** As Markdown, so that it reads the same on a terminal and in the history. */
    String table() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("row", "figure", "limit", "ratio", "aim", "note"));
        lines.forEach(line -> rows.add(List.of(line.what, line.figure, line.limit, line.ratio, line.aim, line.note)));
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        var table = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            table.append('|');
            for (int i = 0; i < columns; i++) {
                String cell = rows.get(r).get(i);
                table.append(' ')
                        .append(cell)
                        .append(" ".repeat(widths[i] - cell.length()))
                        .append(" |");
            }
            table.append('\n');
            if (r == 0) {
                table.append('|');
                for (int width : widths) {
                    table.append("-".repeat(width + 2)).append('|');
                }
                table.append('\n');
            }
        }
        return table.toString();
    }
}
