package io.pithead.validator.challenge.core;

import static java.util.Objects.requireNonNull;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MemoryPages;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.signing.Digests;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What opened pages are worth. Each page that was asked for is made again from those that it follows from, which are opened with it: as
 * many as were asked for are made, however large the memory is.
 */
final class MemoryJudge {
    private MemoryJudge() {}

    static Optional<VerdictReason> pagesFault(
            Challenge challenge, Commitment commitment, Question question, List<OpenedRow> opened) {
        if (opened.size() > challenge.mostOpened() || !ascends(opened, challenge.leaves())) {
            return Optional.of(VerdictReason.WRONG_ROWS);
        }
        Map<Integer, long[]> pages = new TreeMap<>();
        byte[] root = HexFormat.of().parseHex(commitment.root());
        MessageDigest sha256 = Digests.sha256();
        for (OpenedRow row : opened) {
            Optional<byte[]> values = row.bytes(challenge.entries());
            if (values.isEmpty()) {
                return Optional.of(VerdictReason.WRONG_SHAPE);
            }
            byte[] leaf = RowTree.leaf(sha256, row.index(), values.get());
            if (!RowTree.holds(root, challenge.leaves(), row.index(), leaf, row.siblings())) {
                return Optional.of(VerdictReason.WRONG_PATH);
            }
            pages.put(row.index(), MemoryPages.page(values.get()));
        }
        return followFault(challenge, Asked.rows(challenge, question), pages);
    }

    private static boolean ascends(List<OpenedRow> opened, int leaves) {
        int last = -1;
        for (OpenedRow row : opened) {
            if (row.index() <= last || row.index() >= leaves) {
                return false;
            }
            last = row.index();
        }
        return true;
    }

    /** @param pages of the commitment, in order */
    private static Optional<VerdictReason> followFault(Challenge challenge, int[] asked, Map<Integer, long[]> pages) {
        MemoryPages.Held held = (sum, page) -> MemoryPages.add(sum, requireNonNull(pages.get(page)), 0);
        boolean right = MemoryPages.opened(asked, pages::containsKey, held)
                .filter(needed -> needed.equals(List.copyOf(pages.keySet())))
                .isPresent();
        if (!right) {
            return Optional.of(VerdictReason.WRONG_ROWS);
        }
        var memory = new MemoryPages(challenge);
        for (int page : asked) {
            if (!Arrays.equals(memory.make(page, held), pages.get(page))) {
                return Optional.of(VerdictReason.WRONG_PAGE);
            }
        }
        return Optional.empty();
    }
}
