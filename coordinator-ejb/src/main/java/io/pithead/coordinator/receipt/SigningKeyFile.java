package io.pithead.coordinator.receipt;

import io.pithead.protocol.signing.Ed25519;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;

/** The coordinator's key pair on disk: PEM blocks of the private key (PKCS#8) and the raw public key, mode 0600. */
final class SigningKeyFile {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "ED25519 PUBLIC KEY";

    private SigningKeyFile() {}

    record Keys(PrivateKey privateKey, PublicKey publicKey) {}

    /** Reads the key, and makes one the first time; two processes that race end up with the same key. */
    static Keys loadOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            return new Keys(
                    Ed25519.privateKey(block(file, text, PRIVATE)), Ed25519.publicKey(block(file, text, PUBLIC)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or create the receipt signing key " + file, e);
        }
    }

    private static void create(Path file) throws IOException {
        KeyPair pair = Ed25519.generate();
        String text = pem(PRIVATE, pair.getPrivate().getEncoded()) + pem(PUBLIC, Ed25519.raw(pair.getPublic()));
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path fresh = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid());
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, ownerOnly);
        Files.writeString(fresh, text, StandardCharsets.US_ASCII, StandardOpenOption.SYNC);
        try {
            // a link fails where a move would overwrite the key another process has just made
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // the other one's key is as good
        } finally {
            Files.delete(fresh);
        }
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    private static byte[] block(Path file, String text, String label) {
        String begin = "-----BEGIN " + label + "-----";
        int start = text.indexOf(begin);
        int end = text.indexOf("-----END " + label + "-----");
        if (start < 0 || end < start) {
            throw new IllegalStateException(file + " has no block " + label);
        }
        return Base64.getMimeDecoder().decode(text.substring(start + begin.length(), end));
    }
}
