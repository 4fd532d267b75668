package io.pithead.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err));

    private static JsonNode json(String text) throws Exception {
        return Json.tree(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void columns_are_as_wide_as_their_widest_and_what_is_not_there_is_a_dash() throws Exception {
        screen.table(json("[{'id':'a','error':{'code':'X'}},{'id':'longer','n':3}]"), "id", "error/code", "n");

        assertThat(out.toString().lines()).containsExactly("ID      CODE  N", "a       X     -", "longer  -     3");
    }

    @Test
    void facts_that_are_not_there_are_left_out() throws Exception {
        screen.facts(json("{'id':'a','state':null,'error':{'code':'X'}}"), "id", "state", "error/code", "node");

        assertThat(out.toString().lines()).containsExactly("id          a", "error code  X");
    }

    /** A name, a note or a reason is what somebody else wrote. */
    @Test
    void what_others_wrote_moves_no_cursor() throws Exception {
        screen.table(json("[{'name':'a\\u001b[2J\\rb\\u202ec'}]"), "name");

        assertThat(out.toString().lines()).containsExactly("NAME", "a [2J b c");
    }
}
