package io.pithead.coordinator.task.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.task.core.FileNames.Facts;
import io.pithead.coordinator.task.core.FileNames.Place;
import io.pithead.protocol.task.FilePath;
import java.util.HashSet;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
    private static final UUID TASK = new UUID(1, 1);
    private static final UUID NODE = new UUID(2, 2);
    private static final UUID GROUP = new UUID(3, 3);
    private static final Facts ALONE = new Facts(TASK, NODE, null, 4);
    private static final Facts GROUPED = new Facts(TASK, NODE, new Place(GROUP, 1, 3), 4);
    private static final String SHA = "0123456789abcdef".repeat(4);

    @Test
    void the_variables_of_the_prime_protocol_get_their_values() {
        String template =
                "m/${NODE_GROUP_ID}-${NODE_GROUP_SIZE}-${NODE_GROUP_INDEX}-${TOTAL_UPLOAD_COUNT_AFTER}-${CURRENT_FILE_INDEX}/${ORIGINAL_NAME}";
        assertThat(FileNames.problem(template, true)).isEmpty();
        assertThat(FileNames.name(template, GROUPED, "out/x.parquet"))
                .contains("m/" + GROUP + "-3-1-5-4/out/x.parquet");
        assertThat(FileNames.name("${TASK_ID}/${NODE_ADDRESS}.bin", ALONE, "x")).contains(TASK + "/" + NODE + ".bin");
    }

    @Test
    void without_a_template_each_node_has_a_folder() {
        assertThat(FileNames.name(null, ALONE, "out/x")).contains(NODE + "/out/x");
    }

    @Test
    void what_looks_like_a_variable_in_a_containers_path_stays_that() {
        assertThat(FileNames.name("a/${ORIGINAL_NAME}", ALONE, "${TASK_ID}$1\\2"))
                .contains("a/${TASK_ID}$1\\2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../${ORIGINAL_NAME}", "/etc/${ORIGINAL_NAME}", "a//b", "a/./b", "${HOME}/x", "${NODE_GROUP_ID}",
                "${original_name}", "a/$x", "a\u202eb", "", "a/", "${ORIGINAL_NAME}/"
            })
    void a_template_that_leads_elsewhere_or_knows_more_is_refused(String template) {
        assertThat(FileNames.problem(template, false)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "a/b.bin,a/b-0123456789ab.bin",
        "a/b,a/b-0123456789ab",
        "a.b/c,a.b/c-0123456789ab",
        ".x,.x-0123456789ab",
        "a/.x,a/.x-0123456789ab",
        "a.tar.gz,a.tar-0123456789ab.gz"
    })
    void a_name_that_is_taken_is_marked_before_its_ending(String name, String marked) {
        assertThat(FileNames.choices(name, SHA, TASK).get(1)).isEqualTo(marked);
    }

    @Property
    void whatever_path_a_node_tells_the_name_is_plain_and_where_the_template_puts_it(
            @ForAll @StringLength(max = 1_100) String path) {
        FileNames.name("given/${CURRENT_FILE_INDEX}-${ORIGINAL_NAME}", ALONE, path)
                .ifPresent(name -> {
                    assertThat(FilePath.isPlain(name)).isTrue();
                    assertThat(name).startsWith("given/4-");
                });
    }

    @Property
    void every_choice_is_plain_and_another_one(@ForAll @StringLength(max = 1_000) String path) {
        FileNames.name(null, ALONE, path).ifPresent(name -> {
            var choices = FileNames.choices(name, SHA, TASK);
            assertThat(choices).allMatch(FilePath::isPlain);
            assertThat(new HashSet<>(choices)).hasSize(3);
        });
    }

    @Test
    void a_last_part_without_room_for_a_mark_goes() {
        var choices = FileNames.choices("a/" + "x".repeat(255), SHA, TASK);
        assertThat(choices).allMatch(FilePath::isPlain);
        assertThat(choices.get(2)).isEqualTo("a/" + TASK);
    }
}
