package io.pithead.miner.agent;

import io.pithead.miner.api.Artifacts;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a job's output travels: as text inside the proof when it is small, as an artifact otherwise. */
record Outputs(
        String sha256, @Nullable String inline, @Nullable InputRef artifact) {
    static final int MAX_INLINE_BYTES = 256 * 1024;
    /** Escaped in JSON a text may grow sixfold; the whole body must stay under the API's 1 MiB. */
    static final int MAX_INLINE_JSON_BYTES = 768 * 1024;

    static Outputs of(Path file, String name) throws IOException {
        long size = Files.size(file);
        if (size <= MAX_INLINE_BYTES) {
            byte[] bytes = Files.readAllBytes(file);
            Optional<String> text = text(bytes);
            if (text.isPresent()) {
                return new Outputs(Digests.sha256Hex(bytes), text.get(), null);
            }
        }
        String sha256 = Artifacts.digest(file);
        return new Outputs(sha256, null, new InputRef(sha256, size, name));
    }

    /** Bytes that are not UTF-8 would come back as others. */
    private static Optional<String> text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Json.write(text).length <= MAX_INLINE_JSON_BYTES ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
