package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MemoryPages;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.signing.Digests;
import java.util.HexFormat;
import java.util.List;

/** Commits to what it is given as the memory, whatever that is. */
public final class MemoryProver {
    private final Challenge challenge;
    private final long[][] pages;
    private final RowTree tree;

    MemoryProver(Challenge challenge, long[][] pages) {
        this.challenge = challenge;
        this.pages = pages;
        byte[] leaves = new byte[pages.length * RowTree.HASH];
        for (int i = 0; i < pages.length; i++) {
            byte[] leaf = RowTree.leaf(Digests.sha256(), i, MemoryPages.bytes(pages[i], 0));
            System.arraycopy(leaf, 0, leaves, i * RowTree.HASH, RowTree.HASH);
        }
        this.tree = new RowTree(leaves);
    }

    public static MemoryProver honest(Challenge challenge) {
        return new MemoryProver(challenge, pages(challenge));
    }

    static long[][] pages(Challenge challenge) {
        long[][] pages = new long[challenge.leaves()][];
        var memory = new MemoryPages(challenge);
        for (int i = 0; i < pages.length; i++) {
            pages[i] = memory.make(i, held(pages)).clone();
        }
        return pages;
    }

    static MemoryPages.Held held(long[][] pages) {
        return (sum, page) -> MemoryPages.add(sum, pages[page], 0);
    }

    public Commitment commitment() {
        return new Commitment(challenge.id(), challenge.digest(), HexFormat.of().formatHex(tree.root()), null);
    }

    OpenedRow row(int index) {
        return OpenedRow.of(index, MemoryPages.bytes(pages[index], 0), tree);
    }

    List<OpenedRow> rows(Question question) {
        return rows(Asked.rows(challenge, question));
    }

    public Opening opening(Question question) {
        return new Opening(challenge.id(), question.digest(), rows(question), null);
    }

    List<OpenedRow> rows(int[] asked) {
        return MemoryPages.opened(asked, page -> true, held(pages)).orElseThrow().stream()
                .map(this::row)
                .toList();
    }
}
