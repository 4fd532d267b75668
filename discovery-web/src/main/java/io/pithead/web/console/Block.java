package io.pithead.web.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A part of a page, from top to bottom. */
public sealed interface Block {
    record Notice(Tone tone, String text) implements Block {}

    record Tiles(List<Tile> tiles) implements Block {
        public Tiles {
            tiles = List.copyOf(tiles);
        }
    }

    record Tile(String label, Cell value, String under, Tone tone) {}

    record Facts(String title, List<Fact> facts, String empty) implements Block {
        public Facts {
            facts = List.copyOf(facts);
        }

        static Facts of(String title) {
            return new Facts(title, List.of(), "Nothing to tell.");
        }

        Facts with(String label, Cell value) {
            var more = new ArrayList<>(facts);
            more.add(new Fact(label, value));
            return new Facts(title, more, empty);
        }

        /** Left out when there is nothing. */
        Facts maybe(String label, Cell value) {
            return value.equals(Cell.NONE) ? this : with(label, value);
        }
    }

    record Fact(String label, Cell value) {}

    /**
     * @param empty what to say, and to do next, when there are no rows
     * @param next where the next page is
     */
    record Table(
            String title,
            List<Column> columns,
            List<List<Cell>> rows,
            String empty,
            @Nullable String next) implements Block {
        public Table {
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
        }

        public String anchor() {
            return Block.anchor(title);
        }
    }

    record Column(String name, String css) {
        static Column of(String name) {
            return new Column(name, "");
        }

        static Column right(String name) {
            return new Column(name, "right");
        }

        static Column wide(String name) {
            return new Column(name, "long");
        }
    }

    /** @param stream where more of it comes from */
    record Text(
            String title,
            String text,
            String empty,
            @Nullable String stream) implements Block {
        public String anchor() {
            return Block.anchor(title);
        }
    }

    /** A QR code, dark on light in either theme: that is what cameras read. It is drawn into the page and has no URL. */
    record QrCode(String label, int side, String path) implements Block {}

    /**
     * Where one goes next.
     *
     * @param href made here, and never taken from what somebody sent; the issuer's pages are elsewhere
     * @param atOnce the page goes there by itself
     */
    record Onward(String text, String href, boolean atOnce) implements Block {}

    /** @param folded shown only when asked for */
    record Ask(String title, Form form, boolean folded) implements Block {}

    record Acts(List<Form> forms) implements Block {
        public Acts {
            forms = List.copyOf(forms);
        }
    }

    /**
     * Something in the middle, and what belongs to it around it.
     *
     * @param said the same in words
     */
    record Ring(String title, String said, List<Spoke> spokes) implements Block {
        private static final double RADIUS = 88;

        public Ring {
            spokes = List.copyOf(spokes);
        }

        /** From the middle to the right, in the picture's units. */
        public String x(int spoke) {
            return at(Math.sin(angle(spoke)));
        }

        public String y(int spoke) {
            return at(-Math.cos(angle(spoke)));
        }

        private double angle(int spoke) {
            return 2 * Math.PI * spoke / spokes.size();
        }

        private static String at(double share) {
            return String.format(Locale.ROOT, "%.1f", RADIUS * share);
        }
    }

    record Spoke(String label, Tone tone) {}

    /**
     * Minutes side by side, the oldest at the left.
     *
     * @param said the same in words
     * @param minutes 1 heard, 0 not
     */
    record Strip(String title, String said, String minutes) implements Block {
        /** Of the same kind, one after the other. */
        public record Span(int from, int length, boolean heard) {
            public Tone tone() {
                return heard ? Tone.GOOD : Tone.BAD;
            }
        }

        public List<Span> spans() {
            var spans = new ArrayList<Span>();
            for (int from = 0, to; from < minutes.length(); from = to) {
                int other = minutes.indexOf(minutes.charAt(from) == '1' ? '0' : '1', from);
                to = other < 0 ? minutes.length() : other;
                spans.add(new Span(from, to - from, minutes.charAt(from) == '1'));
            }
            return spans;
        }
    }

    record Charts(List<Chart> charts) implements Block {
        public Charts {
            charts = List.copyOf(charts);
        }
    }

    /** Drawn from the table behind it, whose first column is time. */
    record Chart(Table table, String csv) {}

    /**
     * @param url where these blocks alone are
     * @param events the stream whose every event makes them old; without it they are asked for every few seconds, charts once a
     *     minute, as they are counted
     */
    record Live(String url, @Nullable String events, List<Block> blocks) implements Block {
        public Live {
            blocks = List.copyOf(blocks);
        }

        public String pace() {
            return blocks.stream().allMatch(Charts.class::isInstance) ? "every 60s" : "every 10s";
        }
    }

    private static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
