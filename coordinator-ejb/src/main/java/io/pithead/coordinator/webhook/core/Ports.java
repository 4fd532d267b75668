package io.pithead.coordinator.webhook.core;

import java.util.ArrayList;
import java.util.List;

/** Ports that webhooks may call. */
public record Ports(List<Range> ranges) {
    public static final String DEFAULT = "80,443,1024-65535";
    private static final int MAX_PORT = 65_535;

    public Ports {
        ranges = List.copyOf(ranges);
    }

    /** From and to, both included. */
    public record Range(int from, int to) {
        public Range {
            if (from < 1 || to > MAX_PORT || from > to) {
                throw new IllegalArgumentException(from + "-" + to + " is no range of ports");
            }
        }
    }

    /** {@code 80,443,8000-8999}; throws {@link IllegalArgumentException} for anything else. */
    public static Ports parse(String text) {
        var ranges = new ArrayList<Range>();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            String from = dash < 0 ? part : part.substring(0, dash);
            String to = dash < 0 ? part : part.substring(dash + 1);
            ranges.add(new Range(Integer.parseInt(from.strip()), Integer.parseInt(to.strip())));
        }
        return new Ports(ranges);
    }

    public boolean contains(int port) {
        return ranges.stream().anyMatch(range -> range.from <= port && port <= range.to);
    }
}
