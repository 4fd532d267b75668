package io.pithead.protocol.seal;

import io.pithead.protocol.seal.SealedEndpoint.WrappedKey;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.PublicKey;
import io.pithead.protocol.signing.WalletKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * Seals and opens endpoints: a content key by AES-256-GCM, wrapped for each reader under a key derived by HKDF-SHA256 from
 * ECDH with an ephemeral key of its own.
 */
public final class EndpointSeal {
    /** Of UTF-8; all contents have the same length, so that it says nothing. */
    public static final int MAX_TEXT = 254;

    private static final int PADDED = MAX_TEXT + Short.BYTES;
    private static final byte FORM = 1;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String LABEL = "pithead-endpoint/1";

    /** Where a sealed endpoint belongs, and nowhere else. */
    public record Place(long chain, UUID run, Address node, long version) {
        private byte[] bound(String what) {
            return (LABEL + "|" + what + "|chain=" + chain + "|run=" + run + "|node=" + node + "|version=" + version)
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    private EndpointSeal() {}

    public static SealedEndpoint seal(
            Place place, String endpoint, Collection<PublicKey> readers, SecureRandom random) {
        byte[] contentKey = random(random, KEY_BYTES);
        byte[] content = encrypt(contentKey, random(random, NONCE_BYTES), padded(endpoint), place.bound("content"));
        List<WrappedKey> keys = readers.stream()
                .map(reader -> new WrappedKey(reader.address().text(), text(wrap(place, contentKey, reader, random))))
                .toList();
        Arrays.fill(contentKey, (byte) 0);
        return new SealedEndpoint(place.version(), text(content), keys);
    }

    /** Empty when it is not for this reader or not of this place, and when a bit of it is not as it was sealed. */
    public static Optional<String> open(Place place, SealedEndpoint sealed, WalletKey reader) {
        if (sealed.version() != place.version()) {
            return Optional.empty();
        }
        SealedEndpoint own = sealed.forReader(reader.address().text());
        if (own == null) {
            return Optional.empty();
        }
        try {
            byte[] contentKey = unwrap(place, bytes(own.keys().getFirst().key()), reader);
            return unpadded(decrypt(contentKey, bytes(sealed.content()), place.bound("content")));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] wrap(Place place, byte[] contentKey, PublicKey reader, SecureRandom random) {
        WalletKey ephemeral = WalletKey.generate(random);
        byte[] ephemeralKey = ephemeral.publicKey().bytes();
        byte[] key = derive(ephemeral.agree(reader), ephemeralKey, reader);
        byte[] box = encrypt(key, random(random, NONCE_BYTES), contentKey, place.bound("key"));
        return ByteBuffer.allocate(1 + ephemeralKey.length + box.length)
                .put(FORM)
                .put(ephemeralKey)
                .put(box)
                .array();
    }

    private static byte[] unwrap(Place place, byte[] wrapped, WalletKey reader) throws GeneralSecurityException {
        if (wrapped[0] != FORM) {
            throw new GeneralSecurityException("a key is wrapped in an unknown form");
        }
        int box = 1 + PublicKey.BYTES;
        // refuses what is not on the curve: an answer to it would tell of the reader's key
        PublicKey ephemeral = PublicKey.of(Arrays.copyOfRange(wrapped, 1, box));
        byte[] key = derive(reader.agree(ephemeral), ephemeral.bytes(), reader.publicKey());
        return decrypt(key, Arrays.copyOfRange(wrapped, box, wrapped.length), place.bound("key"));
    }

    /** Both keys are the salt: a box for one reader is none for another. */
    private static byte[] derive(byte[] shared, byte[] ephemeralKey, PublicKey reader) {
        byte[] salt = ByteBuffer.allocate(2 * PublicKey.BYTES)
                .put(ephemeralKey)
                .put(reader.bytes())
                .array();
        var hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(shared, salt, LABEL.getBytes(StandardCharsets.US_ASCII)));
        byte[] key = new byte[KEY_BYTES];
        hkdf.generateBytes(key, 0, KEY_BYTES);
        return key;
    }

    private static byte[] padded(String endpoint) {
        byte[] text = endpoint.getBytes(StandardCharsets.UTF_8);
        if (text.length == 0 || text.length > MAX_TEXT) {
            throw new IllegalArgumentException("an endpoint has 1 to " + MAX_TEXT + " bytes");
        }
        return ByteBuffer.allocate(PADDED)
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    private static Optional<String> unpadded(byte[] padded) {
        int length = ByteBuffer.wrap(padded).getShort();
        return padded.length != PADDED || length < 1 || length > MAX_TEXT
                ? Optional.empty()
                : Optional.of(new String(padded, Short.BYTES, length, StandardCharsets.UTF_8));
    }

    private static byte[] encrypt(byte[] key, byte[] nonce, byte[] text, byte[] bound) {
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, bound).doFinal(text);
            return ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    private static byte[] decrypt(byte[] key, byte[] box, byte[] bound) throws GeneralSecurityException {
        byte[] nonce = Arrays.copyOf(box, NONCE_BYTES);
        return cipher(Cipher.DECRYPT_MODE, key, nonce, bound).doFinal(box, NONCE_BYTES, box.length - NONCE_BYTES);
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] bound) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(bound);
        return cipher;
    }

    private static byte[] random(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The decoder passes over bits that stand for nothing; one text for the same bytes is enough. */
    private static byte[] bytes(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (!text(bytes).equals(text)) {
            throw new IllegalArgumentException("not the one text of these bytes");
        }
        return bytes;
    }
}
