package io.pithead.demo;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MemoryPages;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One answer to a challenge for memory or a file as its cheat makes it; who cheats in products fills memory. */
public final class CheatingMemory implements CheatingAnswer {
    private static final String A_GUESS = "0".repeat(2 * RowTree.HASH);

    private final Cheat cheat;
    private final WalletKey node;
    private final Challenge challenge;
    private final long[][] pages;
    private final RowTree tree;

    /** @param before the challenge before, if there was one */
    public CheatingMemory(Cheat cheat, WalletKey node, Challenge challenge, Optional<Challenge> before) {
        this.cheat = cheat.kind() == challenge.kind() ? cheat : Cheat.NONE;
        this.node = node;
        this.challenge = challenge;
        this.pages = new long[challenge.leaves()][];
        fill(before.map(Challenge::nonce).orElse(A_GUESS));
        this.tree = tree();
    }

    @Override
    public Optional<Commitment> commitment() {
        String root = HexFormat.of().formatHex(tree.root());
        return Optional.of(
                new Commitment(challenge.id(), challenge.digest(), root, null).signed(challenge.chain(), node));
    }

    @Override
    public Optional<Opening> opening(Question question) {
        int[] asked = Asked.rows(challenge, question);
        List<OpenedRow> opened = MemoryPages.opened(asked, page -> true, this::addTo).orElseThrow().stream()
                .map(this::row)
                .toList();
        return Optional.of(
                new Opening(challenge.id(), question.digest(), opened, null).signed(challenge.chain(), node));
    }

    private void fill(String otherNonce) {
        var right = new MemoryPages(
                cheat == Cheat.OLD_MEMORY || cheat == Cheat.OLD_FILE ? withNonce(otherNonce) : challenge);
        var random = new Random(challenge.size());
        for (int i = 0; i < pages.length; i++) {
            pages[i] = switch (cheat) {
                case RANDOM_MEMORY, RANDOM_FILE ->
                    random.longs(MemoryPages.LONGS).toArray();
                case HALF_THE_MEMORY ->
                    i % 2 == 0
                            ? new long[MemoryPages.LONGS]
                            : right.make(i, this::addTo).clone();
                default -> right.make(i, this::addTo).clone();
            };
        }
    }

    private void addTo(long[] sum, int page) {
        MemoryPages.add(sum, pages[page], 0);
    }

    private Challenge withNonce(String nonce) {
        return new Challenge(
                challenge.id(),
                challenge.chain(),
                challenge.validator(),
                challenge.node(),
                challenge.kind(),
                challenge.size(),
                challenge.rows(),
                challenge.turns(),
                nonce,
                challenge.issuedAt(),
                challenge.commitBy(),
                null);
    }

    private RowTree tree() {
        MessageDigest sha256 = Digests.sha256();
        byte[] leaves = new byte[pages.length * RowTree.HASH];
        for (int i = 0; i < pages.length; i++) {
            byte[] leaf = RowTree.leaf(sha256, i, MemoryPages.bytes(pages[i], 0));
            System.arraycopy(leaf, 0, leaves, i * RowTree.HASH, RowTree.HASH);
        }
        return new RowTree(leaves);
    }

    /** What was dropped cannot be said any more. */
    private OpenedRow row(int page) {
        boolean dropped = (cheat == Cheat.DROPPED_MEMORY || cheat == Cheat.LOST_PAGES) && page % 2 == 0;
        return OpenedRow.of(page, dropped ? new byte[MemoryPages.BYTES] : MemoryPages.bytes(pages[page], 0), tree);
    }
}
