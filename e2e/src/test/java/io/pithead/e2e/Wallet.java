package io.pithead.e2e;

import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.SignedRequest;
import io.pithead.protocol.signing.SignedRequest.Terms;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/** Somebody with a key of a chain, who signs requests. Each seems to ask from an address of its own. */
final class Wallet {
    static final String AUDIENCE = "https://registry.example";
    static final long CHAIN = 31_338;
    private static final byte[] NO_BODY = {};
    private static final SecureRandom RANDOM = new SecureRandom();

    final WalletKey key = WalletKey.generate(RANDOM);
    private final Api open;
    private final String from;

    Wallet(Api open) {
        this(open, "198.51." + RANDOM.nextInt(256) + "." + RANDOM.nextInt(256));
    }

    Wallet(Api open, String from) {
        this.open = open;
        this.from = from;
    }

    String address() {
        return key.address().text();
    }

    String publicKey() {
        return key.publicKey().text();
    }

    static Terms terms() {
        return terms(CHAIN, AUDIENCE, Instant.now());
    }

    static Terms terms(long chain, String audience, Instant issuedAt) {
        byte[] nonce = new byte[SignedRequest.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return new Terms(chain, audience, nonce, issuedAt, Duration.ofSeconds(60));
    }

    Answer get(String path) {
        return send(
                "GET",
                path,
                NO_BODY,
                SignedRequest.sign(key, "GET", path, NO_BODY, terms()).header());
    }

    Answer put(String path, Object body) {
        byte[] bytes = Json.write(body);
        return send(
                "PUT",
                path,
                bytes,
                SignedRequest.sign(key, "PUT", path, bytes, terms()).header());
    }

    /** Whatever was signed. */
    Answer send(String method, String path, byte[] body, String authorization) {
        return open.send(
                method,
                path,
                body,
                "Content-Type",
                "application/json",
                "Authorization",
                authorization,
                "X-Test-Address",
                from);
    }
}
