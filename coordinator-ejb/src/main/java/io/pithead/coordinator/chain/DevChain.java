package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.utils.Numeric;

/**
 * The files of a development chain: {@code chains.json}, and a key of our own with its password, both made at the first
 * start. Money for the key comes from the chain itself, which such chains give to whoever asks.
 */
final class DevChain {
    static final String NAME = "dev";
    private static final String KEYSTORE = "operator.json";
    private static final String PASSWORD = "operator.password";
    private static final String OWNER_ONLY = "rw-------";
    private static final int PASSWORD_BYTES = 32;
    /** A thousand coins of 10^18. */
    private static final String BALANCE = "0x3635c9adc5dea00000";

    private final Path folder;

    DevChain(Path folder) {
        this.folder = folder;
    }

    /** The file that says which chain it is; where there was none, one whose contracts are still to be deployed. */
    Path prepare(URI url, long chainId) {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            makeKey();
            Path file = folder.resolve("chains.json");
            ObjectNode chain = Files.exists(file) ? read(file) : fresh(chainId);
            chain.putArray("rpc").add(url.toString());
            write(file, chain);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("the development chain's files in " + folder, e);
        }
    }

    private static ObjectNode fresh(long chainId) {
        var chain = new ObjectMapper().createObjectNode();
        chain.put("name", NAME);
        chain.put("chain_id", chainId);
        chain.put("deploy", true);
        chain.put("finality", "latest");
        chain.put("confirmations", 3);
        chain.put("poll_ms", 500);
        chain.put("max_log_range", 10_000);
        chain.put("max_in_flight", 500);
        chain.putObject("key").put("keystore_file", KEYSTORE).put("password_file", PASSWORD);
        return chain;
    }

    private static ObjectNode read(Path file) throws IOException {
        try {
            if (Json.tree(Files.readAllBytes(file)).path("chains").path(0) instanceof ObjectNode chain) {
                return chain;
            }
            throw new IOException(file + " has no chain");
        } catch (InvalidPayloadException e) {
            throw new IOException(file + ": " + e.getMessage());
        }
    }

    private static void write(Path file, ObjectNode chain) throws IOException {
        writeWhole(
                file,
                new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(Map.of("chains", List.of(chain))));
    }

    /** The contracts are where they are from now on. */
    void deployed(Map<String, ChainSettings.Contract> contracts, long firstBlock) {
        Path file = folder.resolve("chains.json");
        try {
            ObjectNode chain = read(file);
            chain.remove("deploy");
            chain.put("deploy_block", firstBlock);
            ObjectNode all = chain.putObject("contracts");
            contracts.forEach((name, contract) ->
                    all.putObject(name).put("address", contract.address()).put("code_hash", contract.codeHash()));
            write(file, chain);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** The password first: a key without it would be lost. */
    private void makeKey() throws IOException {
        Path keystore = folder.resolve(KEYSTORE);
        if (Files.exists(keystore)) {
            return;
        }
        Path password = folder.resolve(PASSWORD);
        if (!Files.exists(password)) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            writeWhole(password, Base64.getEncoder().encode(random));
        }
        try {
            ECKeyPair pair = Keys.createEcKeyPair();
            String secret = Files.readString(password).strip();
            writeWhole(
                    keystore,
                    Json.write(Keystore.seal(
                            Numeric.toBytesPadded(pair.getPrivateKey(), Keystore.KEY_BYTES),
                            Credentials.create(pair).getAddress(),
                            secret,
                            Keystore.STRONG)));
        } catch (GeneralSecurityException e) {
            throw new IOException("no key can be made", e);
        }
    }

    private static void writeWhole(Path file, byte[] bytes) throws IOException {
        Path draft = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        try {
            Files.write(draft, bytes, StandardOpenOption.SYNC);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Development chains give money to whoever asks. */
    static void fund(Rpc rpc, String address) throws RpcException {
        String program = rpc.call(List.of(Rpc.Call.of("web3_clientVersion")))
                .getFirst()
                .orThrow()
                .asText();
        if (!program.startsWith("anvil/")) {
            throw new RpcException("contracts are deployed to development chains only");
        }
        if (Hex.quantity(rpc.call(List.of(Rpc.Call.of("eth_getBalance", address, "latest")))
                                .getFirst()
                                .orThrow())
                        .signum()
                == 0) {
            Rpc.Answer answer = rpc.call(List.of(Rpc.Call.of("anvil_setBalance", address, BALANCE)))
                    .getFirst();
            if (answer.failure() != null) {
                throw new RpcException(
                        "the node gives no money: " + answer.failure().message());
            }
        }
    }
}
