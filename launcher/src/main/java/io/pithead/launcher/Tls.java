package io.pithead.launcher;

import io.pithead.launcher.LauncherConfig.KeyStoreFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server's own certificate: P-256, which costs a fraction of RSA's handshake, made at the first start. */
final class Tls {
    private static final String ALIAS = "pithead";
    private static final String VALID_DAYS = "3650";
    private static final long KEYTOOL_SECONDS = 60;
    private static final String HOST_NAME = "[A-Za-z0-9.-]{1,253}";

    private Tls() {}

    /** The key store to serve with, and its certificate for clients beside it. */
    static KeyStoreFile ownKeyStore(DataDirectory data) throws IOException, InterruptedException, CannotStartException {
        Path passwordFile = data.resolve("secrets").resolve("tls");
        String password = Secrets.readOrCreate(passwordFile);
        Path store = data.resolve("tls").resolve("pithead.p12");
        KeyStoreFile keyStore = new KeyStoreFile(store, password);
        if (!Files.exists(store)) {
            Path fresh = data.emptied("tls").resolve("new.p12");
            generate(fresh, passwordFile);
            Files.move(fresh, store, StandardCopyOption.ATOMIC_MOVE);
        }
        Path certificate = certificateOf(data);
        if (!Files.exists(certificate)) {
            Files.writeString(certificate, pem(keyStore));
        }
        return keyStore;
    }

    /** What a client is given to trust this server. */
    static Path certificateOf(DataDirectory data) {
        return data.resolve("tls").resolve("pithead.crt");
    }

    /** The name of the one key in a store. */
    static String aliasOf(KeyStoreFile keyStore) throws CannotStartException {
        try {
            KeyStore store = load(keyStore);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    return alias;
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new CannotStartException(
                    "the key store " + keyStore.file() + " cannot be opened (" + e.getMessage()
                            + "): is it PKCS12, and is this its password?",
                    e);
        }
        throw new CannotStartException("the key store " + keyStore.file() + " holds no private key");
    }

    private static void generate(Path store, Path passwordFile)
            throws IOException, InterruptedException, CannotStartException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(List.of(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=Pithead",
                        "-ext",
                        "SAN=" + names(),
                        "-validity",
                        VALID_DAYS,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass:file",
                        passwordFile.toString()))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new CannotStartException(
                    "no certificate could be made: " + output.strip() + ": bring your own with " + Keys.KEY_STORE);
        }
    }

    private static String names() {
        String local = "dns:localhost,ip:127.0.0.1";
        try {
            String host = InetAddress.getLocalHost().getHostName();
            boolean usable = host.matches(HOST_NAME) && !host.equals("localhost") && !host.matches("[0-9.]+");
            return usable ? local + ",dns:" + host : local;
        } catch (UnknownHostException e) {
            return local;
        }
    }

    private static String pem(KeyStoreFile keyStore) throws IOException, CannotStartException {
        try {
            Certificate certificate = load(keyStore).getCertificate(aliasOf(keyStore));
            String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new CannotStartException("the certificate in " + keyStore.file() + " cannot be read", e);
        }
    }

    private static KeyStore load(KeyStoreFile keyStore) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore.file())) {
            store.load(in, keyStore.password().toCharArray());
        }
        return store;
    }
}
