package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.node.Hardware;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node says of its line, in words: nodes that say the same should get a stream in about the same time. */
public final class LineClass {
    private static final String UNKNOWN = "LINE of a speed that is not said";
    private static final Pattern MEGABITS = Pattern.compile("LINE of (\\d{1,18}) Mbit/s");
    private static final double BITS_PER_MIB = 8 * (1 << 20);
    /** What adapters say of themselves is rounded, and compressed lines, bonds and bursts are honest. */
    private static final double SLACK = 2;

    private LineClass() {}

    public static String of(ClaimedNode node) {
        Hardware hardware = node.hardware();
        Hardware.Network network = hardware == null ? null : hardware.network();
        Long speed = network == null ? null : network.speedMbps();
        return speed == null || speed <= 0 ? UNKNOWN : "LINE of " + speed + " Mbit/s";
    }

    /** Whether so much in that time is more than the node's own line can carry: then it is not its own line that carried it. */
    public static boolean isBeyond(String line, int mib, long tookMs) {
        Matcher said = MEGABITS.matcher(line);
        double megabits = mib * BITS_PER_MIB / 1_000 / Math.max(1, tookMs);
        return said.matches() && megabits > SLACK * Long.parseLong(said.group(1));
    }
}
