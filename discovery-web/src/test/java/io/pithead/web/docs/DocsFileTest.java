package io.pithead.web.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocsFileTest {
    private static final Pattern LINKED = Pattern.compile("(?:src|href)=\"docs/([^\"]+)\"");

    @Test
    void every_file_that_the_page_names_is_in_the_archive() throws IOException {
        String page = page();
        var names = LINKED.matcher(page).results().map(found -> found.group(1)).toList();

        assertThat(names).hasSize(4);
        for (String name : names) {
            assertThat(file(name)).as(name).isNotEmpty();
        }
    }

    @Test
    void the_page_has_nothing_that_its_policy_forbids() throws IOException {
        assertThat(page())
                .doesNotContain("<style", "onclick=", "http:", "https:")
                .doesNotContainPattern("<script>");
    }

    private static String page() throws IOException {
        return new String(file("index.html"), StandardCharsets.UTF_8);
    }

    /** As the resource finds them, without a server to make an entity tag. */
    private static byte[] file(String name) throws IOException {
        return DocsFile.read(name);
    }

    @Test
    void only_names_in_the_table_exist() {
        for (String name : new String[] {"swagger-ui.js", "../x", "package-info.class", ""}) {
            assertThat(DocsFile.mediaType(name)).as(name).isEmpty();
        }
        assertThat(DocsFile.mediaType("index.html")).isPresent();
    }

    @Test
    void the_library_really_is_the_library() throws IOException {
        assertThat(new String(file("swagger-ui-bundle.js"), StandardCharsets.UTF_8))
                .contains("SwaggerUIBundle");
    }
}
