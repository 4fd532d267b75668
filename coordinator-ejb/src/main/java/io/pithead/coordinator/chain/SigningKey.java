package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.core.FeePolicy.Offer;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.PublicKey;
import io.pithead.protocol.signing.RecoverableSignature;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/** A key that sends transactions, from an encrypted keystore file (version 3, scrypt). It never shows itself. */
public final class SigningKey {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);
    private static final long MAX_BYTES = 1 << 16;

    private final Credentials credentials;
    private final WalletKey wallet;

    SigningKey(Credentials credentials) {
        this.credentials = credentials;
        wallet = WalletKey.of(Numeric.toBytesPadded(credentials.getEcKeyPair().getPrivateKey(), WalletKey.BYTES));
    }

    /** Bytes as a node takes them, and the hash that the chain will know them by. */
    record Signed(byte[] raw, String hash) {}

    /** Throws {@link IllegalArgumentException} with what is wrong, in words that show no secret. */
    public static SigningKey load(Path keystore, Path passwordFile) {
        try {
            for (Path file : new Path[] {keystore, passwordFile}) {
                requirePrivate(file);
            }
            String password = Files.readString(passwordFile).lines().findFirst().orElse("");
            byte[] secret = Keystore.open(Json.tree(Files.readAllBytes(keystore)), password);
            return new SigningKey(Credentials.create(ECKeyPair.create(secret)));
        } catch (IOException e) {
            throw new IllegalArgumentException(keystore + " or its password file cannot be read", e);
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException(keystore + " is not JSON", e);
        }
    }

    private static void requirePrivate(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + " is not there");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException(file + " is too large");
        }
        Set<PosixFilePermission> rights = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        rights.retainAll(OTHERS);
        if (!rights.isEmpty()) {
            throw new IllegalArgumentException(file + " can be used by others than its owner: set its mode to 600");
        }
    }

    public String address() {
        return credentials.getAddress().toLowerCase(Locale.ROOT);
    }

    public PublicKey publicKey() {
        return wallet.publicKey();
    }

    /** For messages that are signed off the chain. */
    public WalletKey wallet() {
        return wallet;
    }

    /** Of a digest that our own code made of typed data. */
    public RecoverableSignature sign(byte[] digest) {
        return wallet.sign(digest);
    }

    Signed sign(long chainId, long nonce, long gasLimit, Intent intent, Offer offer) {
        byte[] raw = TransactionEncoder.signMessage(
                RawTransaction.createTransaction(
                        chainId,
                        BigInteger.valueOf(nonce),
                        BigInteger.valueOf(gasLimit),
                        intent.target() == null ? "" : intent.target(),
                        intent.value(),
                        Hex.of(intent.data()),
                        offer.tip(),
                        offer.maxFee()),
                credentials);
        return new Signed(raw, Hex.of(Hash.sha3(raw)));
    }

    @Override
    public String toString() {
        return "SigningKey[" + address() + "]";
    }
}
