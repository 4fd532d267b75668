package io.pithead.coordinator.seal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The key that secrets are sealed with: 32 random bytes in base64, mode 0600. All instances need the same file. */
public final class SealingKeyFile {
    public static final int KEY_BYTES = 32;

    private SealingKeyFile() {}

    /** Reads the key, and makes one the first time; two processes or threads that race end up with the same key. */
    public static synchronized byte[] loadOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            byte[] key = Base64.getDecoder()
                    .decode(Files.readString(file, StandardCharsets.US_ASCII).strip());
            if (key.length != KEY_BYTES) {
                throw new IllegalStateException(file + " does not hold " + KEY_BYTES + " bytes in base64");
            }
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or create the key of the secrets " + file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + " is not base64", e);
        }
    }

    private static void create(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path fresh = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid());
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, ownerOnly);
        Files.writeString(
                fresh,
                Base64.getEncoder().encodeToString(key) + "\n",
                StandardCharsets.US_ASCII,
                StandardOpenOption.SYNC);
        try {
            // a link fails where a move would overwrite the key another process has just made
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // the other one's key is as good
        } finally {
            Files.delete(fresh);
        }
    }
}
