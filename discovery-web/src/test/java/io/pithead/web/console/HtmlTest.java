package io.pithead.web.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HtmlTest {
    private static final String HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>${1}";

    private static final Pattern TAG = Pattern.compile("<[a-z][^<>\"]*(\"[^\"]*\"[^<>\"]*)*>");

    /** Every place of a page where a string can stand, with one that somebody hostile wrote. */
    private static Sheet hostile() {
        Form form = Form.post(HOSTILE, "/console/x")
                .of(HOSTILE)
                .hidden(HOSTILE, HOSTILE)
                .filled(HOSTILE, HOSTILE, Form.Kind.TEXT, HOSTILE, true, HOSTILE)
                .filled(HOSTILE, HOSTILE, Form.Kind.AREA, HOSTILE, true, HOSTILE)
                .choice(HOSTILE, HOSTILE, HOSTILE, List.of(new Form.Option(HOSTILE, HOSTILE)));
        List<Cell> cells = List.of(
                new Cell.Text(HOSTILE),
                new Cell.Code(HOSTILE),
                new Cell.Link(HOSTILE, "/" + HOSTILE),
                new Cell.State(HOSTILE, Tone.BAD),
                new Cell.Amount(HOSTILE),
                new Cell.Time(Instant.EPOCH, HOSTILE),
                new Cell.Several(List.of(new Cell.Text(HOSTILE))),
                new Cell.Act(form),
                new Cell.Meter(HOSTILE, 40),
                Cell.NONE);
        List<Block.Column> columns =
                cells.stream().map(cell -> Block.Column.of(HOSTILE)).toList();
        Block.Table table = new Block.Table(HOSTILE, columns, List.of(cells), HOSTILE, "/" + HOSTILE);
        List<Block> blocks = List.of(
                new Block.Notice(Tone.WARN, HOSTILE),
                new Block.Tiles(List.of(new Block.Tile(HOSTILE, new Cell.Text(HOSTILE), HOSTILE, Tone.BAD))),
                Block.Facts.of(HOSTILE).with(HOSTILE, new Cell.Text(HOSTILE)),
                new Block.Facts(HOSTILE, List.of(), HOSTILE),
                table,
                new Block.Table(HOSTILE, columns, List.of(), HOSTILE, null),
                new Block.Text(HOSTILE, HOSTILE, HOSTILE, null),
                new Block.Text(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
                new Block.Text(HOSTILE, "", HOSTILE, null),
                new Block.Ask(HOSTILE, form, true),
                new Block.Ask(HOSTILE, form, false),
                new Block.Acts(List.of(form)),
                new Block.Ring(HOSTILE, HOSTILE, List.of(new Block.Spoke(HOSTILE, Tone.GOOD))),
                new Block.QrCode(HOSTILE, 21, HOSTILE),
                new Block.Onward(HOSTILE, "/" + HOSTILE, true),
                new Block.Charts(List.of(new Block.Chart(table, "/" + HOSTILE))));
        var all = Stream.concat(
                        blocks.stream(),
                        Stream.of(
                                new Block.Live("/" + HOSTILE, HOSTILE, blocks),
                                new Block.Live("/" + HOSTILE, null, blocks)))
                .toList();
        var item = new Sheet.Item(HOSTILE, "/" + HOSTILE, true);
        return new Sheet(
                HOSTILE,
                List.of(item),
                HOSTILE,
                HOSTILE,
                List.of(new Sheet.Group(HOSTILE, List.of(item, new Sheet.Item(HOSTILE, "/x", false)))),
                all);
    }

    @Test
    void no_string_becomes_markup_wherever_it_stands() {
        for (String page : List.of(
                Html.page(hostile()),
                Html.part(hostile()),
                Html.page(Sheet.bare(HOSTILE, hostile().blocks())))) {
            assertThat(page).contains("&lt;script&gt;").doesNotContain("<script>", "<img src=x");
            assertThat(page.replaceAll("<[^<>\"]*(\"[^\"]*\"[^<>\"]*)*>", "")).doesNotContain("<", ">");
        }
    }

    @Test
    void a_page_brings_no_script_and_no_style_of_its_own() {
        String page = Html.page(hostile());
        assertThat(page).contains("console.js", "htmx.min.js", "uPlot.iife.min.js");
        assertThat(page.replaceAll("<script src=\"/console/static/[0-9a-f]{16}/[A-Za-z.]+\"( defer)?></script>", ""))
                .doesNotContain("<script", "<style");
        assertThat(TAG.matcher(page).results().map(MatchResult::group).map(HtmlTest::names))
                .hasSizeGreaterThan(50)
                .noneMatch(tag -> tag.matches("(?s).*\\s(style|on[a-z]+)=.*"));
    }

    /** A tag without the values of its attributes. */
    private static String names(String tag) {
        return tag.replaceAll("\"[^\"]*\"", "\"\"");
    }

    @Test
    void what_is_not_drawn_is_not_fetched() {
        assertThat(Html.page(Sheet.bare("A page", List.of()))).doesNotContain("uPlot");
    }

    @Test
    void no_template_writes_what_it_does_not_escape() throws IOException {
        try (Stream<Path> templates = Files.walk(Path.of("src/main/jte"))) {
            List<Path> files =
                    templates.filter(file -> file.toString().endsWith(".jte")).toList();
            assertThat(files).hasSizeGreaterThan(4);
            for (Path file : files) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain("$unsafe", "!{", "@raw");
            }
        }
    }

    @Test
    void a_link_leads_nowhere_else() {
        for (String href : List.of("javascript:alert(1)", "https://example.org", "//example.org", "")) {
            assertThatThrownBy(() -> new Cell.Link("x", href)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_time_is_told_as_people_do() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(Cell.ago(now, now)).isEqualTo("now");
        assertThat(Cell.ago(now.minusSeconds(119), now)).isEqualTo("119 s ago");
        assertThat(Cell.ago(now.minusSeconds(120), now)).isEqualTo("2 min ago");
        assertThat(Cell.ago(now.plusSeconds(7_200), now)).isEqualTo("in 2 h");
        assertThat(Cell.ago(now.minusSeconds(200_000), now)).isEqualTo("2 days ago");
    }

    @Test
    void files_have_their_digest_in_their_path_and_no_other() {
        String path = StaticFile.path("console.css");
        String digest = path.substring(StaticFile.ROOT.length(), path.lastIndexOf('/'));
        assertThat(StaticFile.find(digest, "console.css")).isPresent();
        assertThat(StaticFile.find("0123456789abcdef", "console.css")).isEmpty();
        assertThat(StaticFile.find(digest, "console.js")).isEmpty();
        assertThat(StaticFile.find(digest, "../console.css")).isEmpty();
    }

    @Test
    void a_sign_in_leads_back_to_a_page_of_the_console_and_nowhere_else() {
        assertThat(Paths.back("/console/jobs?state=FAILED&cursor=a-b"))
                .isEqualTo("/console/jobs?state=FAILED&cursor=a-b");
        assertThat(Paths.back("/console")).isEqualTo("/console");
        for (String hostile : List.of(
                "https://example.org",
                "//example.org",
                "/console//example.org",
                "/console/../v1/admin",
                "/console\\@example.org",
                "/consolex",
                "/console@example.org",
                "/v1/jobs",
                "javascript:alert(1)",
                "/console/a\r\nX: y",
                "/console?" + "a".repeat(600))) {
            assertThat(Paths.back(hostile)).as(hostile).isEqualTo("/console");
        }
    }
}
