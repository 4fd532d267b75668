package io.pithead.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What travels in the jar is what is committed. */
class WrappersTest {
    static List<String> contracts() throws IOException {
        try (Stream<Path> abis = Files.list(Path.of("abi"))) {
            return abis.map(abi -> abi.getFileName().toString().replace(".abi", ""))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void a_wrapper_deploys_the_committed_bytecode(String contract) throws Exception {
        String committed = Files.readString(Path.of("bin", contract + ".bin"));
        Class<?> wrapper = Class.forName("io.pithead.contracts." + contract);
        assertThat(wrapper.getField("BINARY").get(null)).isEqualTo(committed);
        assertThat(committed).matches("[0-9a-f]+");
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void the_abi_and_the_bytecode_are_resources(String contract) throws IOException {
        for (String file : List.of("abi/" + contract + ".abi", "bin/" + contract + ".bin")) {
            try (InputStream resource = WrappersTest.class.getResourceAsStream(file)) {
                String found =
                        new String(Objects.requireNonNull(resource, file).readAllBytes(), StandardCharsets.UTF_8);
                assertThat(found).isEqualTo(Files.readString(Path.of(file)));
            }
        }
    }
}
