package io.pithead.coordinator.user;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** An OpenID provider that keeps to the rules until a test makes it break one. */
final class HostileIssuer implements AutoCloseable {
    static final String CLIENT = "pithead";
    static final String SECRET = "a secret: of & both";

    // a key takes longer to make than a test with it
    private static final RSAKey FIRST = fresh();

    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private final HttpServer server;
    final AtomicInteger keyRequests = new AtomicInteger();
    final Map<String, Object> metadata = new TreeMap<>();
    volatile RSAKey key = FIRST;
    volatile RSAKey published = key;
    volatile UnaryOperator<JWTClaimsSet.Builder> claims = UnaryOperator.identity();
    volatile Signer signer = Signer.HONEST;
    volatile byte[] filler = {};
    volatile int status = 200;

    enum Signer {
        HONEST,
        NONE,
        HS256_WITH_THE_PUBLIC_KEY,
        ANOTHER_KEY_OF_THE_SAME_NAME,
        WITHOUT_TOKEN
    }

    private record Grant(String subject, String nonce, String challenge, String redirect) {}

    HostileIssuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/.well-known/openid-configuration", this::describe);
        server.createContext("/keys", this::keys);
        server.createContext("/token", this::token);
        server.start();
        metadata.put("issuer", url().toString());
        metadata.put("authorization_endpoint", url() + "/authorize");
        metadata.put("token_endpoint", url() + "/token");
        metadata.put("jwks_uri", url() + "/keys");
        metadata.put("response_types_supported", List.of("code"));
        metadata.put("subject_types_supported", List.of("public"));
        metadata.put("id_token_signing_alg_values_supported", List.of("RS256"));
    }

    static RSAKey fresh() {
        try {
            return new RSAKeyGenerator(2_048)
                    .keyID(UUID.randomUUID().toString())
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    OidcConfig config() {
        return new OidcConfig(new OidcConfig.Provider(url(), CLIENT, SECRET, "Example", null));
    }

    void rotate() {
        key = fresh();
        published = key;
    }

    /** Somebody goes there and proves to be this subject: the code that the browser comes back with. */
    String authorize(URI location, String subject) {
        Map<String, String> asked = fields(location.getRawQuery());
        if (!asked.getOrDefault("client_id", "").equals(CLIENT)
                || !asked.getOrDefault("response_type", "").equals("code")
                || !asked.getOrDefault("code_challenge_method", "").equals("S256")
                || !asked.getOrDefault("scope", "").equals("openid")) {
            throw new IllegalArgumentException("no request for a code: " + asked);
        }
        String code = UUID.randomUUID().toString();
        grants.put(
                code,
                new Grant(
                        subject,
                        asked.getOrDefault("nonce", ""),
                        asked.getOrDefault("code_challenge", ""),
                        asked.getOrDefault("redirect_uri", "")));
        return code;
    }

    static String state(URI location) {
        return fields(location.getRawQuery()).getOrDefault("state", "");
    }

    private void describe(HttpExchange exchange) throws IOException {
        answer(exchange, status, Json.write(metadata));
    }

    private void keys(HttpExchange exchange) throws IOException {
        keyRequests.incrementAndGet();
        answer(exchange, 200, new JWKSet(published).toString().getBytes(StandardCharsets.UTF_8));
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = fields(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String basic = Base64.getEncoder()
                .encodeToString((CLIENT + ":" + "a+secret%3A+of+%26+both").getBytes(StandardCharsets.UTF_8));
        if (!("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, Json.write(Map.of("error", "invalid_client")));
            return;
        }
        Grant grant = grants.remove(form.getOrDefault("code", ""));
        if (grant == null
                || !grant.redirect().equals(form.getOrDefault("redirect_uri", ""))
                || !grant.challenge().equals(challenge(form.getOrDefault("code_verifier", "")))) {
            answer(exchange, 400, Json.write(Map.of("error", "invalid_grant")));
            return;
        }
        var answer = new TreeMap<String, Object>(Map.of("access_token", "unused", "token_type", "Bearer"));
        if (signer != Signer.WITHOUT_TOKEN) {
            answer.put("id_token", sign(grant).serialize());
        }
        answer(exchange, 200, Json.write(answer));
    }

    private JWT sign(Grant grant) {
        long now = Instant.now().getEpochSecond();
        JWTClaimsSet set = claims.apply(new JWTClaimsSet.Builder()
                        .issuer(url().toString())
                        .subject(grant.subject())
                        .audience(CLIENT)
                        .claim("exp", now + 300)
                        .claim("iat", now)
                        .claim("nonce", grant.nonce()))
                .build();
        try {
            return switch (signer) {
                case NONE, WITHOUT_TOKEN -> new PlainJWT(set);
                case HONEST -> signed(key, key.getKeyID(), set);
                case ANOTHER_KEY_OF_THE_SAME_NAME -> signed(fresh(), key.getKeyID(), set);
                case HS256_WITH_THE_PUBLIC_KEY -> {
                    var token = new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.HS256)
                                    .keyID(key.getKeyID())
                                    .build(),
                            set);
                    token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
                    yield token;
                }
            };
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SignedJWT signed(RSAKey by, String name, JWTClaimsSet set) throws JOSEException {
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(name).build(), set);
        token.sign(new RSASSASigner(by.toRSAPrivateKey(), true));
        return token;
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> fields(String query) {
        return Arrays.stream(query.split("&", -1))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Location", url() + "/keys");
        exchange.sendResponseHeaders(code, body.length + (long) filler.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().write(filler);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
