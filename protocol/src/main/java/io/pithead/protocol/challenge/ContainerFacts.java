package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a container says of itself in answer to a challenge: lines of name and value, and a digest over them that it makes inside of the
 * challenge's seed. All of it can be calculated by who runs none: it shows that an engine works, not that a liar has one.
 */
public final class ContainerFacts {
    /** Exactly so long is what is opened, so that nobody is sent more. */
    public static final int BYTES = 1_024;

    public static final int MIN_MIB = 16;
    public static final int MAX_MIB = 64;
    /** In place of facts, with the reason after it. */
    private static final String NONE = "none:";

    private static final int MIN_PIDS = 32;
    private static final int SOME_PIDS = 64;
    private static final long MIB = 1 << 20;

    private ContainerFacts() {}

    static boolean isSize(int mib) {
        return mib >= MIN_MIB && mib <= MAX_MIB;
    }

    /** What the container is given, and puts into its digest. */
    public static String seed(Challenge challenge) {
        return HexFormat.of().formatHex(challenge.seed());
    }

    /** The limit of processes that the container is to have: it follows from the seed. */
    public static int pids(Challenge challenge) {
        return MIN_PIDS + Math.floorMod(challenge.seed()[0], SOME_PIDS);
    }

    public static long memoryBytes(Challenge challenge) {
        return challenge.size() * MIB;
    }

    /** In hex: the line, the seed in hex as a line, and the facts as they are. */
    public static String digest(Challenge challenge, String facts) {
        MessageDigest sha256 = Digests.sha256();
        sha256.update(challenge.line("facts"));
        sha256.update((seed(challenge) + "\n").getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(sha256.digest(facts.getBytes(StandardCharsets.UTF_8)));
    }

    /** In place of facts. */
    public static String none(String reason) {
        String plain = reason.replaceAll("[^ -~]", " ");
        return NONE + plain.substring(0, Math.min(plain.length(), BYTES - NONE.length()));
    }

    /** Why no container ran; empty where there are facts. */
    public static Optional<String> whyNone(String facts) {
        return facts.startsWith(NONE) ? Optional.of(facts.substring(NONE.length())) : Optional.empty();
    }

    /** To be opened: the rest is zeros. */
    public static byte[] page(String facts) {
        byte[] text = facts.getBytes(StandardCharsets.UTF_8);
        if (text.length > BYTES) {
            throw new IllegalArgumentException("more facts than there is room for");
        }
        return Arrays.copyOf(text, BYTES);
    }

    /** Empty for what is not printed and filled up with zeros. */
    public static Optional<String> text(byte[] page) {
        int length = page.length;
        while (length > 0 && page[length - 1] == 0) {
            length--;
        }
        for (int i = 0; i < length; i++) {
            if ((page[i] < ' ' || page[i] > '~') && page[i] != '\n') {
                return Optional.empty();
            }
        }
        return Optional.of(new String(page, 0, length, StandardCharsets.US_ASCII));
    }

    /** Whether they are those of the container that was asked for, and nothing else; in any order, as kernels have them. */
    public static boolean hold(Challenge challenge, String facts) {
        return facts.lines().collect(Collectors.toSet()).equals(wanted(challenge));
    }

    /** The lines of a container that is closed in. */
    public static Set<String> wanted(Challenge challenge) {
        return Set.of(
                "Pid:1",
                "Uid:65534",
                "CapEff:0000000000000000",
                "CapBnd:0000000000000000",
                "NoNewPrivs:1",
                "Seccomp:2",
                "pids:" + pids(challenge),
                "memory:" + memoryBytes(challenge),
                "routes:0",
                "root:closed");
    }
}
