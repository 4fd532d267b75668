package io.pithead.protocol.signing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a wallet says of one HTTP request, in the header {@code Authorization: Wallet …}: typed data over the method, the path
 * with its query, the body, whom it is for, on which chain the key counts, and when. All of it is signed, so that nobody can use
 * a signature anywhere else, for anything else, or twice: whoever takes it keeps the nonce until the signature is over.
 */
public record SignedRequest(
        Address signer,
        long chain,
        String audience,
        String nonce,
        Instant issuedAt,
        Instant expiresAt,
        String bodySha256,
        RecoverableSignature signature) {
    public static final String SCHEME = "Wallet";
    public static final int NONCE_BYTES = 32;
    /** How far the clocks of signer and reader may be apart, in either direction. */
    public static final Duration SKEW = Duration.ofSeconds(60);
    /** From issue to expiry. */
    public static final Duration MAX_LIFETIME = Duration.ofMinutes(5);

    public static final int MAX_AUDIENCE = 200;
    private static final int MAX_HEADER = 1_000;
    private static final String TYPE =
            "Request(string method,string path,bytes32 bodySha256,string audience,bytes32 nonce,"
                    + "uint64 issuedAt,uint64 expiresAt)";
    private static final String NAME = "Pithead";
    private static final String VERSION = "1";
    /** One form and one order: what two readers could read in two ways is not read at all. */
    private static final Pattern FORM = Pattern.compile("(?i:" + SCHEME + ") address=(0x[0-9a-fA-F]{40}),"
            + "chain=(0|[1-9][0-9]{0,17}),audience=([!-+\\--~]{1," + MAX_AUDIENCE + "}),nonce=(0x[0-9a-f]{64}),"
            + "issued=([1-9][0-9]{0,11}),expires=([1-9][0-9]{0,11}),body=([0-9a-f]{64}),signature=(0x[0-9a-f]{130})");

    /** Whether its time is now. */
    public enum Timeliness {
        TIMELY,
        EXPIRED,
        NOT_YET,
        TOO_LONG
    }

    /** What a signer says besides the request itself; each request has a nonce of its own, of 32 random bytes. */
    public record Terms(long chain, String audience, byte[] nonce, Instant issuedAt, Duration lifetime) {}

    public static SignedRequest sign(WalletKey key, String method, String path, byte[] body, Terms terms) {
        Instant issuedAt = Instant.ofEpochSecond(terms.issuedAt().getEpochSecond());
        Instant expiresAt = issuedAt.plus(terms.lifetime());
        String bodySha256 = Digests.sha256Hex(body);
        byte[] digest = digest(method, path, terms, bodySha256, expiresAt);
        return new SignedRequest(
                key.address(),
                terms.chain(),
                terms.audience(),
                Hex.text(terms.nonce()),
                issuedAt,
                expiresAt,
                bodySha256,
                key.sign(digest));
    }

    /** Empty for anything but the one form. The signature is not looked at yet. */
    public static Optional<SignedRequest> parse(String authorization) {
        if (authorization.length() > MAX_HEADER) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(authorization);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Address.parse(form.group(1))
                .flatMap(signer -> RecoverableSignature.parse(form.group(8))
                        .map(signature -> new SignedRequest(
                                signer,
                                Long.parseLong(form.group(2)),
                                form.group(3),
                                form.group(4),
                                Instant.ofEpochSecond(Long.parseLong(form.group(5))),
                                Instant.ofEpochSecond(Long.parseLong(form.group(6))),
                                form.group(7),
                                signature)));
    }

    public String header() {
        return SCHEME + " address=" + signer + ",chain=" + chain + ",audience=" + audience + ",nonce=" + nonce
                + ",issued="
                + issuedAt.getEpochSecond() + ",expires=" + expiresAt.getEpochSecond() + ",body=" + bodySha256
                + ",signature=" + signature;
    }

    public Timeliness timeliness(Instant now) {
        if (issuedAt.isAfter(now.plus(SKEW))) {
            return Timeliness.NOT_YET;
        }
        if (!now.minus(SKEW).isBefore(expiresAt)) {
            return Timeliness.EXPIRED;
        }
        return expiresAt.isAfter(issuedAt.plus(MAX_LIFETIME)) ? Timeliness.TOO_LONG : Timeliness.TIMELY;
    }

    /** Whether the signer signed this method and path, and all that the header says. */
    public boolean isSignedFor(String method, String path) {
        return signerKey(method, path).isPresent();
    }

    /** The signer's key, which its address alone does not tell; nothing unless it signed this method, path and header. */
    public Optional<PublicKey> signerKey(String method, String path) {
        var terms = new Terms(chain, audience, nonceBytes(), issuedAt, Duration.between(issuedAt, expiresAt));
        return signature
                .signer(digest(method, path, terms, bodySha256, expiresAt))
                .filter(key -> key.address().equals(signer));
    }

    public boolean isOfBody(byte[] body) {
        return Digests.sha256Hex(body).equals(bodySha256);
    }

    public byte[] nonceBytes() {
        return Hex.parse(nonce, NONCE_BYTES).orElseThrow();
    }

    private static byte[] digest(String method, String path, Terms terms, String bodySha256, Instant expiresAt) {
        byte[] message = Eip712.struct(
                TYPE,
                Eip712.text(method),
                Eip712.text(path),
                Hex.parse("0x" + bodySha256, Keccak.BYTES).orElseThrow(),
                Eip712.text(terms.audience()),
                terms.nonce(),
                Eip712.number(terms.issuedAt().getEpochSecond()),
                Eip712.number(expiresAt.getEpochSecond()));
        return Eip712.digest(Eip712.domain(NAME, VERSION, terms.chain()), message);
    }
}
