package io.pithead.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArtifactNameTest {
    private static final String SHA = "ab".repeat(32);
    private static final UUID ACCOUNT = new UUID(1, 2);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "..",
                "../../../../../../../../../../../../../../../../../../etc/passwd",
                "abababababababababababababababababababababababababababababababa",
                "ababababababababababababababababababababababababababababababababa",
                "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
                "ab/ababababababababababababababababababababababababababababababa",
                "abababababababababababababababababababababababababababababababab\n"
            })
    void only_64_lower_case_hex_digits_name_an_artifact(String text) {
        assertThat(ArtifactName.isDigest(text)).isFalse();
        assertThatThrownBy(() -> new ArtifactName(ACCOUNT, text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_file_name_is_read_as_it_was_written() {
        var name = new ArtifactName(ACCOUNT, SHA);
        assertThat(ArtifactName.ofFile(name.fileName())).contains(name);
        assertThat(ArtifactName.ofFile("x" + name.fileName())).isEmpty();
        assertThat(ArtifactName.ofFile(SHA)).isEmpty();
    }

    @Test
    void a_lock_lies_where_a_file_can_have_a_byte() {
        assertThat(new ArtifactName(ACCOUNT, SHA).lockPosition()).isBetween(0L, Long.MAX_VALUE - 1);
        assertThat(new ArtifactName(ACCOUNT, SHA).lockPosition())
                .isNotEqualTo(new ArtifactName(new UUID(1, 3), SHA).lockPosition());
    }
}
