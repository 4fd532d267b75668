package io.pithead.coordinator.discovery;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.PublicKey;
import io.pithead.protocol.signing.SignedRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Checks all of a signed request but its body, which need not have come yet. */
@ApplicationScoped
public class Signatures {
    /** Longer than a signature can still be taken anywhere, however the clocks of instances differ. */
    private static final Duration KEEP_AFTER = SignedRequest.SKEW.multipliedBy(10);

    @Inject
    DiscoveryConfig config;

    /** For the container. */
    public Signatures() {}

    public Signatures(DiscoveryConfig config) {
        this.config = config;
    }

    /** A request whose signature is good, and the key that made it. */
    public record Checked(SignedRequest request, PublicKey key) {
        public Signer signer() {
            return new Signer(
                    key,
                    request.chain(),
                    request.nonceBytes(),
                    request.expiresAt().plus(KEEP_AFTER));
        }
    }

    /** A request whose signature is good for this server, now, for this method and path. */
    public Checked check(String authorization, String method, String path, Instant now) {
        if (!config.isOn()) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "This server keeps no discovery registry.");
        }
        SignedRequest request = SignedRequest.parse(authorization)
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.SIGNATURE_REQUIRED,
                        "Send one header 'Authorization: Wallet …' with the signature of this request."));
        if (!config.isMeantBy(request.audience())) {
            throw new CoordinatorException(ErrorCode.WRONG_AUDIENCE, "The signature is for another server.");
        }
        checkTime(request, now);
        PublicKey key = request.signerKey(method, path)
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.SIGNATURE_INVALID, "The signature is not the signer's of this method and path."));
        return new Checked(request, key);
    }

    /** The request is taken, once: in the transaction that does what it asks. */
    public void take(Connection connection, Signer signer) throws SQLException {
        Nonces.take(connection, signer);
    }

    private static void checkTime(SignedRequest request, Instant now) {
        Map<String, Object> clocks = Map.of("server_time", now, "skew_secs", SignedRequest.SKEW.toSeconds());
        switch (request.timeliness(now)) {
            case TIMELY -> {
                // goes on
            }
            case EXPIRED ->
                throw new CoordinatorException(ErrorCode.SIGNATURE_EXPIRED, "The signature is over.", clocks);
            case NOT_YET ->
                throw new CoordinatorException(
                        ErrorCode.SIGNATURE_NOT_YET_VALID, "The signature is of the future.", clocks);
            case TOO_LONG ->
                throw new CoordinatorException(
                        ErrorCode.SIGNATURE_INVALID,
                        "The signature says it is good for longer than any may be.",
                        Map.of("max_secs", SignedRequest.MAX_LIFETIME.toSeconds()));
        }
    }
}
