package io.pithead.miner.api;

import io.pithead.protocol.signing.SignedRequest;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Signs requests to one server with a wallet's key, each with a nonce of its own.
 *
 * @param origin whom the signatures are for
 * @param clock the world's time
 */
record WalletSigner(WalletKey key, String origin, InstantSource clock) {
    private static final Duration LIFETIME = Duration.ofSeconds(60);
    private static final SecureRandom RANDOM = new SecureRandom();

    String header(long chain, String method, String path, byte[] body) {
        byte[] nonce = new byte[SignedRequest.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        var terms = new SignedRequest.Terms(chain, origin, nonce, clock.instant(), LIFETIME);
        return SignedRequest.sign(key, method, path, body, terms).header();
    }
}
