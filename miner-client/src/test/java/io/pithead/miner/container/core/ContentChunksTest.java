package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContentChunksTest {
    private static final int MIB = 1024 * 1024;

    private static List<byte[]> cut(byte[] content, int writes) throws IOException {
        var pieces = new ArrayList<byte[]>();
        try (var chunks = new ContentChunks((bytes, length) -> pieces.add(Arrays.copyOf(bytes, length)))) {
            for (int from = 0; from < content.length; from += writes) {
                chunks.write(content, from, Math.min(writes, content.length - from));
            }
        }
        return pieces;
    }

    private static byte[] random(int length, long seed) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static byte[] joined(List<byte[]> pieces) {
        var all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }

    @Test
    void the_pieces_are_the_whole_and_keep_their_bounds() throws Exception {
        byte[] content = random(20 * MIB, 1);
        List<byte[]> pieces = cut(content, 64 * 1024);
        assertThat(joined(pieces)).isEqualTo(content);
        assertThat(pieces).hasSizeBetween(5, 40);
        assertThat(pieces.subList(0, pieces.size() - 1))
                .allSatisfy(piece -> assertThat(piece.length).isBetween(ContentChunks.LEAST, ContentChunks.MOST));
    }

    @Test
    void content_without_any_mark_is_cut_all_the_same() throws Exception {
        assertThat(cut(new byte[20 * MIB], MIB))
                .hasSize(3)
                .first()
                .satisfies(piece -> assertThat(piece).hasSize(ContentChunks.MOST));
        assertThat(cut(new byte[0], MIB)).isEmpty();
    }

    @Test
    void it_does_not_matter_in_how_many_writes_it_comes() throws Exception {
        byte[] content = random(5 * MIB, 2);
        assertThat(cut(content, 1_000)).containsExactlyElementsOf(cut(content, 3 * MIB));
    }

    @Test
    void what_is_put_in_changes_the_pieces_about_it_alone() throws Exception {
        byte[] content = random(20 * MIB, 3);
        byte[] changed = new byte[content.length + 7];
        System.arraycopy(content, 0, changed, 0, 10 * MIB);
        System.arraycopy(content, 10 * MIB, changed, 10 * MIB + 7, 10 * MIB);
        var before = new HashSet<String>();
        cut(content, MIB).forEach(piece -> before.add(Arrays.toString(Arrays.copyOf(piece, 64)) + piece.length));
        long others = cut(changed, MIB).stream()
                .filter(piece -> !before.contains(Arrays.toString(Arrays.copyOf(piece, 64)) + piece.length))
                .count();
        assertThat(others).isBetween(1L, 3L);
    }
}
