package io.pithead.protocol.challenge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The pages of a challenge's memory, or file. A page is the sum of the one before it and of {@value #PARENTS} earlier ones, encrypted and added
 * once more to itself: nothing shorter than a page stands for it, and none can be made before the one before it, which says
 * what the others are. How far back these lie is as often one step of a doubling scale as another, so that what is missing is missed
 * near and far alike (docs/VERIFICATION.md). Not thread-safe.
 */
public final class MemoryPages {
    public static final int BYTES = 4_096;
    /** The numbers of 64 bits in a page, each with its lowest byte first. */
    public static final int LONGS = BYTES / Long.BYTES;

    public static final int PER_MIB = (1 << 20) / BYTES;
    /** Beside the page before. */
    public static final int PARENTS = 12;
    /** A page, the one before, and the others. */
    public static final int OPENED_PER_PAGE = PARENTS + 2;

    private static final int KEY_BYTES = 16;
    private static final int BLOCK = 16;

    private final SecretKeySpec key;
    private final int turns;
    private final Cipher cipher;
    private final long[] sum = new long[LONGS];
    private final long[] encrypted = new long[LONGS];
    private final byte[] in = new byte[BYTES];
    private final byte[] out = new byte[BYTES];
    private final LongBuffer inNumbers = numbers(in);
    private final LongBuffer outNumbers = numbers(out);

    /** The pages that there are so far. */
    public interface Held {
        /** Adds a page's numbers to these. */
        void addTo(long[] sum, int page);
    }

    /** @param challenge one for memory or storage */
    public MemoryPages(Challenge challenge) {
        Integer wanted = challenge.turns();
        if (wanted == null) {
            throw new IllegalArgumentException("a challenge without pages");
        }
        turns = wanted;
        key = new SecretKeySpec(challenge.seed(), 0, KEY_BYTES, "AES");
        try {
            cipher = Cipher.getInstance("AES/CBC/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES", e);
        }
    }

    /** @return what the next call overwrites */
    public long[] make(int index, Held held) {
        Arrays.fill(sum, 0);
        if (index > 0) {
            held.addTo(sum, index - 1);
        }
        long last = sum[LONGS - 1] + index;
        long beforeLast = sum[LONGS - 2];
        if (index > 0) {
            for (int parent : parents(index, sum)) {
                held.addTo(sum, parent);
            }
        }
        encrypt(beforeLast, last);
        outNumbers.get(0, encrypted);
        add(sum, encrypted, 0);
        return sum;
    }

    private void encrypt(long beforeLast, long last) {
        inNumbers.put(0, sum);
        byte[] start = ByteBuffer.allocate(BLOCK)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(beforeLast)
                .putLong(last)
                .array();
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(start));
            cipher.update(in, 0, BYTES, out, 0);
            for (int i = 1; i < turns; i++) {
                cipher.update(out, 0, BYTES, out, 0);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES refused whole blocks", e);
        }
    }

    /**
     * Those that a page follows from beside the one before it; one may be among them twice.
     *
     * @param index above 0
     * @param before the page before
     */
    public static int[] parents(int index, long[] before) {
        int scales = Integer.SIZE - Integer.numberOfLeadingZeros(index);
        int[] parents = new int[PARENTS];
        for (int i = 0; i < PARENTS; i++) {
            long drawn = before[i];
            int scale = (int) ((drawn >>> Integer.SIZE) % scales);
            int least = 1 << scale;
            int span = Math.min(least, index - least + 1);
            int back = least + Integer.remainderUnsigned((int) drawn, span);
            parents[i] = index - back;
        }
        return parents;
    }

    /** What is opened for these pages, from the lowest index up; empty when a page before one of them is not there. */
    public static Optional<List<Integer>> opened(int[] asked, IntPredicate isThere, Held held) {
        var opened = new TreeSet<Integer>();
        for (int page : asked) {
            opened.add(page);
            if (page == 0) {
                continue;
            }
            if (!isThere.test(page - 1)) {
                return Optional.empty();
            }
            long[] before = new long[LONGS];
            held.addTo(before, page - 1);
            opened.add(page - 1);
            Arrays.stream(parents(page, before)).forEach(opened::add);
        }
        return Optional.of(List.copyOf(opened));
    }

    public static byte[] bytes(long[] pages, int at) {
        byte[] bytes = new byte[BYTES];
        numbers(bytes).put(0, pages, at, LONGS);
        return bytes;
    }

    /** @param bytes of one page */
    public static long[] page(byte[] bytes) {
        long[] page = new long[LONGS];
        numbers(bytes).get(page);
        return page;
    }

    /** @param at where its page begins */
    public static void add(long[] sum, long[] pages, int at) {
        for (int i = 0; i < LONGS; i++) {
            sum[i] += pages[at + i];
        }
    }

    private static LongBuffer numbers(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }
}
