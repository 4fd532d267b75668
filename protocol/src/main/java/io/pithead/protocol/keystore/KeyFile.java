package io.pithead.protocol.keystore;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** One private key, encrypted, in a file that its owner alone may read. */
public final class KeyFile {
    public static final int MIN_PASSWORD = 8;
    static final int MAX_BYTES = 16 * 1024;
    private static final int VERSION = 3;
    private static final String CIPHER = "aes-128-ctr";
    private static final int CIPHER_KEY_BYTES = 16;
    private static final int IV_BYTES = 16;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private KeyFile() {}

    /** A new file with mode 600; one that is there stays. */
    public static void create(Path file, WalletKey key, char[] password, SecureRandom random)
            throws IOException, KeyFileException {
        if (password.length < MIN_PASSWORD) {
            throw new KeyFileException("the password has less than " + MIN_PASSWORD + " characters");
        }
        byte[] salt = new byte[Scrypt.SALT_BYTES];
        random.nextBytes(salt);
        var scrypt = new Scrypt(Scrypt.STANDARD_N, Scrypt.STANDARD_R, Scrypt.STANDARD_P, salt);
        byte[] document = write(key, password, scrypt, random);
        try (var channel = Files.newByteChannel(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DSYNC),
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(document);
        } catch (FileAlreadyExistsException e) {
            throw new KeyFileException(file + " is there already; it is never overwritten");
        }
    }

    /** Refuses a file that others may read or write, whatever it holds. */
    public static WalletKey open(Path file, char[] password) throws IOException, KeyFileException {
        return read(document(file), password);
    }

    /** What the file says of itself; nobody vouches for it before it is opened. */
    public static Optional<Address> address(Path file) throws IOException, KeyFileException {
        return Address.parse("0x" + tree(document(file)).path("address").asText());
    }

    private static byte[] document(Path file) throws IOException, KeyFileException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new KeyFileException(file + " is no file");
        }
        Set<PosixFilePermission> others = EnumSet.allOf(PosixFilePermission.class);
        others.removeIf(permission -> permission.name().startsWith("OWNER_"));
        others.retainAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
        if (!others.isEmpty()) {
            throw new KeyFileException(file + " is open to others: chmod 600 " + file);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new KeyFileException(file + " is larger than a key file is");
        }
        return Files.readAllBytes(file);
    }

    static byte[] write(WalletKey key, char[] password, Scrypt scrypt, SecureRandom random) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        byte[] derived = derive(scrypt, password);
        byte[] encrypted = crypt(Cipher.ENCRYPT_MODE, derived, iv, key.bytes());
        var crypto = new LinkedHashMap<String, Object>();
        crypto.put("cipher", CIPHER);
        crypto.put("cipherparams", Map.of("iv", hex(iv)));
        crypto.put("ciphertext", hex(encrypted));
        crypto.put("kdf", "scrypt");
        crypto.put("kdfparams", scrypt.params());
        crypto.put("mac", hex(mac(derived, encrypted)));
        var document = new LinkedHashMap<String, Object>();
        document.put("address", key.address().text().substring(2));
        document.put("crypto", crypto);
        document.put("id", id(random));
        document.put("version", VERSION);
        return Json.write(document);
    }

    static WalletKey read(byte[] document, char[] password) throws KeyFileException {
        JsonNode tree = tree(document);
        JsonNode crypto = tree.path("crypto");
        if (tree.path("version").asInt() != VERSION) {
            throw new KeyFileException("it is no key file of version " + VERSION);
        }
        if (!crypto.path("cipher").asText().equals(CIPHER)
                || !crypto.path("kdf").asText().equals("scrypt")) {
            throw new KeyFileException("it is not encrypted with " + CIPHER + " and scrypt");
        }
        byte[] iv = bytes(crypto.at("/cipherparams/iv"), IV_BYTES, IV_BYTES);
        // a key that began with zeros was once written without them
        byte[] encrypted = bytes(crypto.path("ciphertext"), 1, WalletKey.BYTES);
        byte[] mac = bytes(crypto.path("mac"), Keccak.BYTES, Keccak.BYTES);
        byte[] derived = derive(Scrypt.read(crypto.path("kdfparams")), password);
        if (!MessageDigest.isEqual(mac, mac(derived, encrypted))) {
            throw new KeyFileException("the password is not the one of this key file");
        }
        byte[] plain = crypt(Cipher.DECRYPT_MODE, derived, iv, encrypted);
        WalletKey key = key(plain);
        Arrays.fill(plain, (byte) 0);
        String stated = tree.path("address").asText();
        if (!stated.isEmpty() && !Address.parse("0x" + stated).equals(Optional.of(key.address()))) {
            throw new KeyFileException("it holds the key of another address than it states");
        }
        return key;
    }

    private static WalletKey key(byte[] plain) throws KeyFileException {
        byte[] padded = new byte[WalletKey.BYTES];
        System.arraycopy(plain, 0, padded, padded.length - plain.length, plain.length);
        try {
            return WalletKey.of(padded);
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("what it holds is no private key");
        }
    }

    private static JsonNode tree(byte[] document) throws KeyFileException {
        try {
            return Json.tree(document);
        } catch (InvalidPayloadException e) {
            throw new KeyFileException("it is not JSON");
        }
    }

    private static byte[] derive(Scrypt scrypt, char[] password) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.limit());
        try {
            return scrypt.derive(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }

    /** Over the second half of the derived key, which encrypts nothing, and what is encrypted. */
    private static byte[] mac(byte[] derived, byte[] encrypted) {
        return Keccak.digest(Arrays.copyOfRange(derived, CIPHER_KEY_BYTES, Scrypt.KEY_BYTES), encrypted);
    }

    private static byte[] crypt(int mode, byte[] derived, byte[] iv, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(mode, new SecretKeySpec(derived, 0, CIPHER_KEY_BYTES, "AES"), new IvParameterSpec(iv));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-CTR", e);
        }
    }

    private static byte[] bytes(JsonNode member, int min, int max) throws KeyFileException {
        String digits = member.asText();
        int length = digits.length() / 2;
        return Optional.of(length)
                .filter(bytes -> bytes >= min && bytes <= max)
                .flatMap(bytes -> Hex.parse("0x" + digits, bytes))
                .orElseThrow(() -> new KeyFileException("a member that should be hex digits is not"));
    }

    private static String id(SecureRandom random) {
        byte[] bytes = new byte[2 * Long.BYTES];
        random.nextBytes(bytes);
        return UUID.nameUUIDFromBytes(bytes).toString();
    }

    private static String hex(byte[] bytes) {
        return Hex.text(bytes).substring(2);
    }
}
