package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** A real process, killed with kill -9 while it signs and sends. */
class SenderKillIT {
    private static final int KILLS = 6;
    private static final int ASKED_PER_LIFE = 25;
    private static final int LONGEST_LIFE_MS = 400;

    @Test
    void a_sender_that_is_killed_again_and_again_sends_nothing_twice_and_leaves_nothing_out() throws Exception {
        try (ChainRig rig = new ChainRig(31_337)) {
            String payee = ChainRig.nobody();
            int asked = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                rig.takeLeasesBack();
                Process process = start(rig);
                try {
                    // its first round says that it is at work
                    assertThat(process.getInputStream().read()).isPositive();
                    long end = System.nanoTime()
                            + TimeUnit.MILLISECONDS.toNanos(
                                    ThreadLocalRandom.current().nextInt(LONGEST_LIFE_MS));
                    for (int i = 0; i < ASKED_PER_LIFE; i++) {
                        rig.ask("pay/" + asked++, ChainRig.pay(payee, 1));
                        rig.anvil.mine(1);
                        if (System.nanoTime() > end) {
                            break;
                        }
                    }
                } finally {
                    process.destroyForcibly().waitFor();
                }
            }
            rig.finish(rig.sender());

            assertThat(rig.in("DONE")).isEqualTo(asked);
            assertThat(rig.anvil.balance(payee)).isEqualTo(asked);
            assertThat(rig.anvil.count(rig.key.address())).isEqualTo(asked);
        }
    }

    private static Process start(ChainRig rig) throws Exception {
        var source = (PGSimpleDataSource) rig.database.dataSource();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SenderProcess.class.getName(),
                        source.getUrl(),
                        rig.anvil.url().toString(),
                        Long.toString(rig.chainId),
                        source.getUser())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
