package io.pithead.coordinator.artifact;

import io.pithead.protocol.id.Ids;
import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** An account's artifact. Only 64 hex digits make a name, so no name leaves the folder it is resolved in. */
record ArtifactName(UUID accountId, String sha256) {
    private static final int UUID_LENGTH = 36;
    private static final int SHA256_LENGTH = 64;

    ArtifactName {
        if (!isDigest(sha256)) {
            throw new IllegalArgumentException("not a SHA-256");
        }
    }

    static boolean isDigest(String text) {
        return Digests.SHA256_HEX.matcher(text).matches();
    }

    /** Empty for a file that is none of ours. */
    static Optional<ArtifactName> ofFile(String fileName) {
        if (fileName.length() != UUID_LENGTH + 1 + SHA256_LENGTH || fileName.charAt(UUID_LENGTH) != '-') {
            return Optional.empty();
        }
        String sha256 = fileName.substring(UUID_LENGTH + 1);
        return isDigest(sha256)
                ? Ids.parse(fileName.substring(0, UUID_LENGTH)).map(account -> new ArtifactName(account, sha256))
                : Optional.empty();
    }

    String fileName() {
        return accountId + "-" + sha256;
    }

    /** One of 2⁶² places: a clash of two names only makes one of them wait. */
    long lockPosition() {
        byte[] digest = Digests.sha256(fileName().getBytes(StandardCharsets.US_ASCII));
        return ByteBuffer.wrap(digest).getLong() >>> 2;
    }
}
