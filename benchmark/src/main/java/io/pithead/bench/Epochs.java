package io.pithead.bench;

import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.MerkleTree;
import io.pithead.protocol.wallet.RewardTree;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** Trees of rewards as an epoch's end makes them: from nothing, and with every twentieth leaf changed; no server is asked. */
final class Epochs {
    static final int MILLION = 1_000_000;
    /** One of so many leaves changes. */
    private static final int ONE_OF = 20;

    private static final long CHAIN = 31_337;
    private static final Address REWARDS = address(-1);
    private static final int WARM_UP = 20_000;
    /** A leaf is hashed twice, and there is about one node above each. */
    private static final int HASHES_A_LEAF = 3;

    private static final Duration LIMIT_TIME = Duration.ofSeconds(3);
    private static final int BLOCK = 64;

    private static final int[] WALLETS = {1_000, 100_000, MILLION};
    /** Of the report that forge's gas is kept in. */
    private static final Pattern POST_GAS = Pattern.compile("(?m)^\\| poster: post a root, later \\| ([0-9,]+) \\|");

    private Epochs() {}

    /**
     * @param megabytes that are held for it, once all else is collected
     * @param hash of the file of all leaves
     */
    record Result(int wallets, Duration build, Duration change, Duration hash, long megabytes) {
        /** What closing an epoch takes: changed leaves, root and the file's digest. */
        Duration close() {
            return change.plus(hash);
        }

        String memory() {
            return String.format(Locale.ROOT, "%,d MB, %d bytes a leaf", megabytes, megabytes * MILLION / wallets);
        }
    }

    /** @param gasReport {@code contracts/GAS.md} */
    static void report(Figures figures, Path gasReport) throws IOException {
        long gas = postGas(Files.readString(gasReport));
        warmUp();
        double before = hashesPerSecond();
        var results = new ArrayList<Result>();
        for (int wallets : WALLETS) {
            results.add(measure(wallets));
        }
        double rate = (before + hashesPerSecond()) / 2;
        for (Result result : results) {
            report(figures, result, rate);
        }
        figures.plain(
                "gas for each of 1,000,000 recipients",
                "gas_per_recipient_1m",
                (double) gas / MILLION,
                "",
                "–",
                String.format(
                        Locale.ROOT, "%,d for a root, whatever it is over; what a claim costs comes on top", gas));
    }

    private static void report(Figures figures, Result result, double hashesPerSecond) {
        String size = result.wallets() >= MILLION ? "1m" : result.wallets() / 1_000 + "k";
        String wallets = String.format(Locale.ROOT, "%,d wallets", result.wallets());
        figures.beside(
                "epoch from nothing, " + wallets,
                "epoch_build_" + size + "_s",
                seconds(result.build()),
                atLeast(result.wallets(), hashesPerSecond),
                " s",
                "–",
                String.format(
                        Locale.ROOT,
                        "limit: %d hashes a leaf at %,.0f/s; holds %s",
                        HASHES_A_LEAF,
                        hashesPerSecond,
                        result.memory()));
        figures.plain(
                "epoch, every 20th leaf changed, " + wallets,
                "epoch_close_" + size + "_s",
                seconds(result.close()),
                " s",
                result.wallets() == MILLION ? "5 s" : "–",
                String.format(
                        Locale.ROOT,
                        "%.3f s for leaves and root, %.3f s for the digest of the file of all leaves",
                        seconds(result.change()),
                        seconds(result.hash())));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static long postGas(String report) throws IOException {
        Matcher line = POST_GAS.matcher(report);
        if (!line.find()) {
            throw new IOException("the gas report has no line for a later root");
        }
        return Long.parseLong(line.group(1).replace(",", ""));
    }

    /** How many hashes of 64 bytes one thread of this machine makes, with what the trees are made with. */
    static double hashesPerSecond() {
        var keccak = new KeccakDigest(MerkleTree.HASH * Byte.SIZE);
        byte[] block = new byte[BLOCK];
        long hashes = 0;
        long begin = System.nanoTime();
        long end = begin + LIMIT_TIME.toNanos();
        while (System.nanoTime() < end) {
            for (int i = 0; i < 1_000; i++) {
                keccak.update(block, 0, BLOCK);
                keccak.doFinal(block, 0);
            }
            hashes += 1_000;
        }
        return hashes * 1e9 / (System.nanoTime() - begin);
    }

    static void warmUp() {
        for (int i = 0; i < 5; i++) {
            measure(WARM_UP);
        }
    }

    static Result measure(int wallets) {
        var random = new Random(wallets);
        long before = held();
        long begin = System.nanoTime();
        var tree = new RewardTree(CHAIN, REWARDS);
        for (int i = 0; i < wallets; i++) {
            tree.set(i, address(i), amount(random));
        }
        byte[] root = tree.root();
        Duration build = since(begin);
        long megabytes = Math.max(0, held() - before) / MILLION;
        begin = System.nanoTime();
        for (int i = 0; i < wallets / ONE_OF; i++) {
            // spread, as accounts that worked are
            int index = i * ONE_OF + random.nextInt(ONE_OF);
            tree.set(index, address(index), tree.cumulative(index).add(amount(random)));
        }
        byte[] changed = tree.root();
        Duration change = since(begin);
        begin = System.nanoTime();
        tree.leavesHash();
        Duration hash = since(begin);
        if (Arrays.equals(root, changed)) {
            throw new IllegalStateException("the root did not change");
        }
        requireProof(tree, random.nextInt(wallets), changed);
        return new Result(wallets, build, change, hash, megabytes);
    }

    /** Figures of a tree that proves nothing would be worth nothing. */
    private static void requireProof(RewardTree tree, int index, byte[] root) {
        byte[] at = ContractMessages.rewardLeaf(CHAIN, REWARDS, tree.account(index), tree.cumulative(index));
        for (byte[] sibling : tree.proof(index)) {
            at = Arrays.compareUnsigned(at, sibling) <= 0 ? Keccak.digest(at, sibling) : Keccak.digest(sibling, at);
        }
        if (!Arrays.equals(at, root)) {
            throw new IllegalStateException("a proof does not lead to the root");
        }
    }

    /** The least time that so many leaves' hashes take at a rate. */
    static double atLeast(int wallets, double hashesPerSecond) {
        return (double) wallets * HASHES_A_LEAF / hashesPerSecond;
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static long held() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static BigInteger amount(Random random) {
        return BigInteger.valueOf(1 + random.nextInt(100 * MILLION));
    }

    private static Address address(int number) {
        byte[] bytes = new byte[Address.BYTES];
        ByteBuffer.wrap(bytes).putLong(0x9E37_79B9_7F4A_7C15L * number).putInt(number);
        return Address.of(bytes);
    }
}
