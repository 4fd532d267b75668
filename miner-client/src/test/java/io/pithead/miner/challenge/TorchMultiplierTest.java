package io.pithead.miner.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import io.pithead.miner.config.TorchConfig;
import io.pithead.miner.workload.TorchNatives;
import io.pithead.protocol.challenge.Challenge;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With PyTorch's own libraries; on a graphics card only where there is one. */
class TorchMultiplierTest {
    @BeforeAll
    static void findPyTorch() throws Exception {
        TorchNatives.environment(new TorchConfig(Optional.empty(), "cpu"), Path.of("target", "torch"))
                .forEach((name, value) -> System.setProperty(name, value));
    }

    @Test
    void the_processor_multiplies_as_the_definition_says() throws Exception {
        assertExact(Device.cpu());
    }

    @Test
    void a_graphics_card_multiplies_as_the_definition_says() throws Exception {
        assumeTrue(TorchMultiplier.hasGpu(), "no graphics card here that PyTorch can use");
        assertExact(Device.gpu());
    }

    /** More than one stripe, the last one odd. */
    private static void assertExact(Device device) throws Exception {
        int size = 1_027;
        Challenge challenge = ProverPropertyTest.challenge(size, 20, 5);
        byte[][] left = new byte[3][size];
        Arrays.fill(left[0], Byte.MIN_VALUE);
        Arrays.fill(left[1], Byte.MAX_VALUE);
        left[2][size - 1] = 1;
        int[][] products = new int[left.length][size];
        try (var crew = new Crew(2);
                var multiplier = TorchMultiplier.of(challenge.seed(), size, device, crew)) {
            multiplier.multiply(left, products);
            assertThat(products).isEqualTo(ProverPropertyTest.byDefinition(challenge.seed(), left, size));
            ProverPropertyTest.assertPasses(challenge, multiplier, crew);
        }
    }
}
