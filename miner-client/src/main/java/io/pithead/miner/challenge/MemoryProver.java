package io.pithead.miner.challenge;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MemoryPages;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.signing.Digests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The answer to one challenge for memory: holds all its pages, and 64 bytes for each in the tree. It is filled by one thread, for
 * each page follows from the one before, and hashed by all.
 */
public final class MemoryProver implements Proof {
    private final Challenge challenge;
    /** A MiB each: larger arrays are hard to find room for. */
    final long[][] pages;

    private final RowTree tree;

    private MemoryProver(Challenge challenge, long[][] pages, RowTree tree) {
        this.challenge = challenge;
        this.pages = pages;
        this.tree = tree;
    }

    /** Fills and hashes: interrupting it stops it. */
    public static MemoryProver commit(Challenge challenge, Crew crew, Prover.Progress progress)
            throws InterruptedException {
        int size = challenge.size();
        long[][] pages = new long[size][];
        var memory = new MemoryPages(challenge);
        for (int mib = 0; mib < size; mib++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            pages[mib] = new long[MemoryPages.PER_MIB * MemoryPages.LONGS];
            for (int page = 0; page < MemoryPages.PER_MIB; page++) {
                long[] made = memory.make(mib * MemoryPages.PER_MIB + page, held(pages));
                System.arraycopy(made, 0, pages[mib], page * MemoryPages.LONGS, MemoryPages.LONGS);
            }
            progress.done(mib + 1, size);
        }
        byte[] leaves = new byte[challenge.leaves() * RowTree.HASH];
        crew.each(size, Digests::sha256, (sha256, mib) -> {
            for (int i = 0; i < MemoryPages.PER_MIB; i++) {
                int page = mib * MemoryPages.PER_MIB + i;
                byte[] leaf = RowTree.leaf(sha256, page, bytes(pages, page));
                System.arraycopy(leaf, 0, leaves, page * RowTree.HASH, RowTree.HASH);
            }
        });
        return new MemoryProver(challenge, pages, new RowTree(leaves));
    }

    private static MemoryPages.Held held(long[][] pages) {
        return (sum, page) -> MemoryPages.add(sum, pages[page / MemoryPages.PER_MIB], place(page));
    }

    private static int place(int page) {
        return page % MemoryPages.PER_MIB * MemoryPages.LONGS;
    }

    private static byte[] bytes(long[][] pages, int page) {
        return MemoryPages.bytes(pages[page / MemoryPages.PER_MIB], place(page));
    }

    @Override
    public Commitment commitment() {
        return new Commitment(challenge.id(), challenge.digest(), HexFormat.of().formatHex(tree.root()), null);
    }

    @Override
    public Opening open(Question question) {
        int[] asked = Asked.rows(challenge, question);
        List<Integer> needed =
                MemoryPages.opened(asked, page -> true, held(pages)).orElseThrow();
        var opened = new ArrayList<OpenedRow>();
        for (int page : needed) {
            byte[] values = bytes(pages, page);
            byte[] leaf = RowTree.leaf(Digests.sha256(), page, values);
            if (!RowTree.holds(tree.root(), challenge.leaves(), page, leaf, tree.path(page))) {
                throw new ArithmeticException("page " + page + " is not what it was");
            }
            opened.add(OpenedRow.of(page, values, tree));
        }
        check(asked);
        return new Opening(challenge.id(), question.digest(), opened, null);
    }

    /** As the validator will. */
    private void check(int[] asked) {
        var memory = new MemoryPages(challenge);
        for (int page : asked) {
            byte[] again = MemoryPages.bytes(memory.make(page, held(pages)), 0);
            if (!Arrays.equals(again, bytes(pages, page))) {
                throw new ArithmeticException("page " + page + " came out otherwise a second time");
            }
        }
    }
}
