package io.pithead.demo;

import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/** What comes out of a job of {@code sha256_chain}, if a node of this kind has it. */
final class LyingWorker {
    static final String WORKLOAD = "sha256_chain";
    private static final int LIES_ONE_IN = 5;

    private final WorkCheat cheat;

    LyingWorker(WorkCheat cheat) {
        this.cheat = cheat;
    }

    /** Empty when nothing is said. */
    Optional<String> output(JobOffer offer) {
        String seed = offer.params() == null ? "" : offer.params().path("seed").asText();
        long length = offer.params() == null ? 0 : offer.params().path("length").asLong();
        return switch (cheat) {
            case NONE -> Optional.of(line(length, chain(seed, length)));
            case WRONG -> Optional.of(line(length, lie(offer.id().toString())));
            case LAZY ->
                Optional.of(
                        line(length, lies(bytes(offer.id())) ? lie(offer.id().toString()) : chain(seed, length)));
            case COLLUDING -> Optional.of(line(length, lies(bytes(seed)) ? lie(seed) : chain(seed, length)));
            case SILENT -> Optional.empty();
        };
    }

    private static String line(long length, byte[] last) {
        return WORKLOAD + " length=" + length + " final=" + HexFormat.of().formatHex(last) + "\n";
    }

    /** As the miner's own workload has it. */
    private static byte[] chain(String seed, long length) {
        MessageDigest sha256 = Digests.sha256();
        byte[] last = sha256.digest(bytes(seed));
        for (long i = 1; i <= length; i++) {
            last = sha256.digest(last);
        }
        return last;
    }

    private static byte[] lie(String about) {
        return Digests.sha256().digest(bytes("a lie about " + about));
    }

    private static boolean lies(byte[] about) {
        return Byte.toUnsignedInt(Digests.sha256().digest(about)[0]) % LIES_ONE_IN == 0;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
