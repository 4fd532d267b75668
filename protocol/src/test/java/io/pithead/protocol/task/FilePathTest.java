package io.pithead.protocol.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePathTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b.c", "...", "a b/ä", "$x", "-rf", "a\\b", ".x"})
    void names_below_a_folder_are_plain(String path) {
        assertThat(FilePath.isPlain(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/..",
                "../a",
                "a/./b",
                "a\0b",
                "a\nb",
                "a\u202eb",
                "\ud800",
                "a\u2028b"
            })
    void what_leads_elsewhere_or_is_no_name_is_not(String path) {
        assertThat(FilePath.isPlain(path)).isFalse();
    }

    @Test
    void its_bounds_are_in_bytes_and_parts() {
        assertThat(FilePath.isPlain("x".repeat(255))).isTrue();
        assertThat(FilePath.isPlain("x".repeat(256))).isFalse();
        assertThat(FilePath.isPlain("ä".repeat(128))).isFalse();
        assertThat(FilePath.isPlain("a/".repeat(31) + "a")).isTrue();
        assertThat(FilePath.isPlain("a/".repeat(32) + "a")).isFalse();
        assertThat(FilePath.isPlain(("x".repeat(255) + "/").repeat(3) + "x".repeat(256)))
                .isFalse();
        assertThat(FilePath.isPlain(("x".repeat(255) + "/").repeat(4) + "x")).isFalse();
    }
}
