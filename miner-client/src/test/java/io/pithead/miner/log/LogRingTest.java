package io.pithead.miner.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRingTest {
    private static final LogRing.Size SMALL = new LogRing.Size(64, 128, 3);
    private static final int LONGEST_LINE = 20;

    @TempDir
    private Path folder;

    /** Whatever was written: what is read is what was written there, the beginning stays, and the disk is bounded. */
    @Test
    void a_ring_holds_the_beginning_and_the_newest_and_never_another_byte() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            var dice = new Random(seed);
            Path home = folder.resolve("seed-" + seed);
            var written = new StringBuilder();
            LogRing ring = LogRing.open(home, SMALL);
            int lines = dice.nextInt(200);
            for (int i = 0; i < lines; i++) {
                String line = "x".repeat(dice.nextInt(LONGEST_LINE - 4)) + i % 1_000 + "\n";
                ring.append(line.getBytes(StandardCharsets.US_ASCII));
                written.append(line);
                if (dice.nextInt(20) == 0) {
                    ring.close();
                    ring = LogRing.open(home, SMALL);
                }
            }
            assertHolds(ring, written.toString(), "seed " + seed);
            ring.close();
            assertThat(disk(home)).as("seed %s", seed).isLessThanOrEqualTo(64L + 3 * 128);
        }
    }

    private static void assertHolds(LogRing ring, String written, String seed) {
        byte[] all = written.getBytes(StandardCharsets.US_ASCII);
        assertThat(ring.end()).as(seed).isEqualTo(all.length);
        var kept = new boolean[all.length];
        long at = 0;
        for (var stretch = ring.read(at, all.length, 7); stretch.isPresent(); stretch = ring.read(at, all.length, 7)) {
            assertThat(stretch.get().bytes()).as(seed).hasSizeBetween(1, 7);
            for (int i = 0; i < stretch.get().bytes().length; i++) {
                int offset = (int) stretch.get().offset() + i;
                assertThat(stretch.get().bytes()[i])
                        .as("%s at %s", seed, offset)
                        .isEqualTo(all[offset]);
                kept[offset] = true;
            }
            at = stretch.get().to();
        }
        for (int i = 0; i < all.length; i++) {
            boolean head = i < 64 - LONGEST_LINE;
            boolean newest = i >= all.length - 2 * (128 - LONGEST_LINE);
            assertThat(kept[i] || !(head || newest))
                    .as("%s keeps %s of %s", seed, i, all.length)
                    .isTrue();
        }
        String tail = new String(ring.tail(100), StandardCharsets.US_ASCII);
        assertThat(written).as(seed).endsWith(tail);
        assertThat(tail.length()).as(seed).isEqualTo(Math.min(100, all.length));
    }

    /** A process that dies loses its buffer; what it has flushed another one finds. */
    @Test
    void what_is_flushed_is_on_the_disk_and_goes_on_after_a_death() throws IOException {
        Path home = folder.resolve("dead");
        LogRing dead = LogRing.open(home, LogRing.Size.USUAL);
        dead.append("kept\n".getBytes(StandardCharsets.US_ASCII));
        dead.flush();
        dead.append("lost\n".getBytes(StandardCharsets.US_ASCII));
        try (LogRing next = LogRing.open(home, LogRing.Size.USUAL)) {
            assertThat(next.end()).isEqualTo(5);
            next.append("more\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(next.tail(100), StandardCharsets.US_ASCII)).isEqualTo("kept\nmore\n");
        }
    }

    @Test
    void an_empty_ring_has_nothing_and_strange_files_are_left_alone() throws IOException {
        Path home = Files.createDirectories(folder.resolve("r"));
        Path stranger = Files.writeString(home.resolve("note.txt"), "mine");
        try (LogRing ring = LogRing.open(home, SMALL)) {
            assertThat(ring.end()).isZero();
            assertThat(ring.tail(10)).isEmpty();
            assertThat(ring.read(0, 10, 10)).isEmpty();
        }
        assertThat(stranger).hasContent("mine");
    }

    @Test
    void a_line_longer_than_a_file_goes_into_one_of_its_own() throws IOException {
        try (LogRing ring = LogRing.open(folder.resolve("r"), SMALL)) {
            byte[] huge = "h".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
            ring.append(huge);
            ring.append(new byte[] {'\n'});
            assertThat(ring.read(0, 1_000, 2_000).orElseThrow().bytes()).isEqualTo(huge);
            assertThat(ring.end()).isEqualTo(1_001);
        }
    }

    private static long disk(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
