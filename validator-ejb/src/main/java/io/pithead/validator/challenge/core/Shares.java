package io.pithead.validator.challenge.core;

import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;

/**
 * Which validator looks at which node: the one whose digest with node and epoch is the highest. All who know the same validators
 * come to the same result without a word between them, one that comes or goes moves its own nodes alone, and each epoch deals them
 * anew, so that a validator that lies or sleeps has no node for itself.
 */
public final class Shares {
    private Shares() {}

    public static long epoch(Instant now, Duration length) {
        return Math.floorDiv(now.toEpochMilli(), length.toMillis());
    }

    /** @param validators of the chain; none when it is not known, and then whoever asks is alone */
    public static boolean isMine(String me, Collection<String> validators, String node, long epoch) {
        if (validators.isEmpty()) {
            return true;
        }
        if (!validators.contains(me)) {
            return false;
        }
        byte[] mine = weight(me, node, epoch);
        return validators.stream()
                .filter(other -> !other.equals(me))
                .noneMatch(other -> Arrays.compareUnsigned(weight(other, node, epoch), mine) > 0);
    }

    private static byte[] weight(String validator, String node, long epoch) {
        MessageDigest sha256 = Digests.sha256();
        sha256.update("pithead share v1\n".getBytes(StandardCharsets.US_ASCII));
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(epoch).array());
        sha256.update(node.getBytes(StandardCharsets.US_ASCII));
        return sha256.digest(validator.getBytes(StandardCharsets.US_ASCII));
    }
}
