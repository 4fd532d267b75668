package io.pithead.miner.chain;

import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code chain-sent.json} in the work folder: the one transaction that may be on its way, written down before it is sent. */
final class SentFile {
    private final Path file;

    SentFile(Path workDir) {
        file = workDir.resolve("chain-sent.json");
    }

    /** @param purpose what it is for, in the words of the command that sent it */
    record Sent(long chain, String from, long nonce, String hash, String raw, String purpose) {}

    Optional<Sent> read() throws ChainException {
        try {
            return PrivateFile.read(file).map(text -> Json.own(text, Sent.class));
        } catch (IOException | UncheckedIOException e) {
            throw new ChainException(file + " cannot be read; it says which transaction was sent last. Look for it with"
                    + " another tool before you remove the file");
        }
    }

    void write(Sent sent) throws ChainException {
        try {
            PrivateFile.write(file, Json.write(sent));
        } catch (IOException e) {
            throw new ChainException("nothing was sent, because " + file + " cannot be written");
        }
    }

    void clear() throws ChainException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ChainException(file + " cannot be removed");
        }
    }
}
