package io.pithead.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.cli.server.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
    @TempDir
    private Path folder;

    private String file(String text) throws Exception {
        return Files.writeString(folder.resolve("file.yaml"), text).toString();
    }

    @Test
    void yaml_and_json_are_read() throws Exception {
        assertThat(Documents.read(file("name: sample\nreplicas: 2\ncmd: [sh, -c]\n")))
                .hasToString("{\"name\":\"sample\",\"replicas\":2,\"cmd\":[\"sh\",\"-c\"]}");
        assertThat(Documents.read(file("{\"name\": \"sample\"}"))).hasToString("{\"name\":\"sample\"}");
    }

    @Test
    void what_cannot_be_read_is_said_with_its_line() throws Exception {
        String broken = file("name: sample\n  image: [");
        assertThatThrownBy(() -> Documents.read(broken))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("line 2");
        String twice = file("name: a\nname: b\n");
        assertThatThrownBy(() -> Documents.read(twice)).hasMessageContaining("name");
        String list = file("- a\n");
        assertThatThrownBy(() -> Documents.read(list)).hasMessageContaining("one document with members");
        assertThatThrownBy(() -> Documents.read(folder.resolve("none").toString()))
                .hasMessageContaining("cannot read");
    }

    @Test
    void a_long_one_is_not_read_to_its_end() throws Exception {
        String large = file("a: " + "x".repeat(1024 * 1024));
        assertThatThrownBy(() -> Documents.read(large)).hasMessageContaining("longer than");
    }

    @Test
    void a_typed_value_is_json_if_it_can_be() {
        assertThat(Documents.value("3")).hasToString("3");
        assertThat(Documents.value("{\"a\":1}")).hasToString("{\"a\":1}");
        assertThat(Documents.value("hello")).hasToString("\"hello\"");
        assertThat(Documents.value("3 apples")).hasToString("\"3 apples\"");
    }
}
