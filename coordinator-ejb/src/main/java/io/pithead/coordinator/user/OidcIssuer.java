package io.pithead.coordinator.user;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.BoundedBytes;
import io.pithead.coordinator.user.IdentityStore.Identity;
import io.pithead.coordinator.user.OidcConfig.Provider;
import io.pithead.protocol.error.ErrorCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The issuer, asked server to server: what it says of itself, its keys, and who a code stands for. Everything is bounded in
 * time and size, follows no redirect, and goes over TLS except on this machine.
 */
final class OidcIssuer implements AutoCloseable {
    static final int MAX_BYTES = 512 << 10;
    static final Duration DEADLINE = Duration.ofSeconds(5);
    static final Duration METADATA_TTL = Duration.ofHours(1);
    static final Duration KEYS_TTL = Duration.ofMinutes(10);
    /** Who sends tokens of unknown keys makes us ask no more often. */
    static final Duration KEYS_REST = Duration.ofSeconds(5);

    static final Duration FAILURE_REST = Duration.ofSeconds(2);
    static final int MAX_SUBJECT = 255;
    private static final int MAX_AT_ONCE = 4;
    private static final int SKEW_SECONDS = 60;
    private static final int MIN_RSA_BITS = 2_048;
    private static final int OK = 200;
    private static final int RETRY_SECONDS = 5;
    private static final int MAX_SAID = 200;
    private static final Pattern SUBJECT = Pattern.compile("[ -~]{1," + MAX_SUBJECT + "}");
    /** Of key pairs alone: a public key taken for a shared secret would let everybody sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final Logger LOG = System.getLogger(OidcIssuer.class.getName());

    private final Provider provider;
    private final InstantSource clock;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(DEADLINE)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private volatile @Nullable Known known;
    private volatile @Nullable Keys keys;
    private volatile @Nullable Instant failedAt;

    private record Known(OIDCProviderMetadata metadata, Instant at) {}

    private record Keys(JWKSet set, Instant at) {}

    OidcIssuer(Provider provider, InstantSource clock) {
        this.provider = provider;
        this.clock = clock;
    }

    static boolean isSubject(String text) {
        return SUBJECT.matcher(text).matches();
    }

    /** Where a browser goes to prove who it is of. */
    URI authorization(OidcAttempt attempt, URI redirect) {
        return new AuthenticationRequest.Builder(
                        new ResponseType(ResponseType.Value.CODE), new Scope("openid"), clientId(), redirect)
                .endpointURI(metadata().getAuthorizationEndpointURI())
                .state(new State(attempt.state()))
                .nonce(new Nonce(attempt.nonce()))
                .codeChallenge(new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /** Whether an answer that names this issuer, or none, can be of ours (RFC 9207). */
    boolean mayAnswer(@Nullable String issuer) {
        return issuer == null
                ? !metadata().supportsAuthorizationResponseIssuerParam()
                : issuer.equals(provider.issuer().toString());
    }

    /** Who the code stands for. It is good once. */
    Identity redeem(String code, OidcAttempt attempt, URI redirect) {
        JWT token = exchange(code, attempt, redirect);
        IDTokenClaimsSet claims = check(token, attempt);
        String subject = claims.getSubject().getValue();
        if (!isSubject(subject)) {
            throw refused("the subject is no text of 1 to " + MAX_SUBJECT + " printable characters");
        }
        return new Identity(provider.issuer().toString(), subject);
    }

    private JWT exchange(String code, OidcAttempt attempt, URI redirect) {
        OIDCProviderMetadata metadata = metadata();
        var grant =
                new AuthorizationCodeGrant(new AuthorizationCode(code), redirect, new CodeVerifier(attempt.verifier()));
        ClientAuthentication authentication = authentication(metadata);
        TokenRequest request = authentication == null
                ? new TokenRequest.Builder(metadata.getTokenEndpointURI(), clientId(), grant).build()
                : new TokenRequest.Builder(metadata.getTokenEndpointURI(), authentication, grant).build();
        HttpResponse<byte[]> answer = send(http(request.toHTTPRequest()));
        try {
            var response = new HTTPResponse(answer.statusCode());
            response.setEntityContentType(ContentType.APPLICATION_JSON);
            response.setBody(new String(answer.body(), StandardCharsets.UTF_8));
            TokenResponse tokens = OIDCTokenResponseParser.parse(response);
            if (tokens instanceof OIDCTokenResponse good) {
                JWT token = good.getOIDCTokens().getIDToken();
                if (token == null) {
                    throw refused("there is no ID token");
                }
                return token;
            }
            String error = said(
                    String.valueOf(tokens.toErrorResponse().getErrorObject().getCode()));
            if (error.equals("invalid_grant")) {
                throw refused("the code is not good");
            }
            throw away("refuses this server: " + error);
        } catch (ParseException e) {
            throw away("does not answer a code as it should");
        }
    }

    private @Nullable ClientAuthentication authentication(OIDCProviderMetadata metadata) {
        String secret = provider.secret();
        if (secret == null) {
            return null;
        }
        List<ClientAuthenticationMethod> offered = metadata.getTokenEndpointAuthMethods();
        boolean posts = offered != null
                && offered.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                && !offered.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        return posts
                ? new ClientSecretPost(clientId(), new Secret(secret))
                : new ClientSecretBasic(clientId(), new Secret(secret));
    }

    /** Keys change: what does not fit those that are known is held to those of now. */
    private IDTokenClaimsSet check(JWT token, OidcAttempt attempt) {
        Keys held = keys(KEYS_TTL);
        try {
            return valid(token, attempt, held);
        } catch (BadJWTException e) {
            throw refused(String.valueOf(e.getMessage()));
        } catch (BadJOSEException e) {
            Keys fresh = keys(KEYS_REST);
            if (fresh == held) {
                throw refused(String.valueOf(e.getMessage()));
            }
            return checkOnce(token, attempt, fresh);
        } catch (JOSEException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private IDTokenClaimsSet checkOnce(JWT token, OidcAttempt attempt, Keys fresh) {
        try {
            return valid(token, attempt, fresh);
        } catch (BadJOSEException | JOSEException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    /** Signature, {@code iss}, {@code aud}, {@code azp}, {@code exp}, {@code iat} and {@code nonce}. */
    private IDTokenClaimsSet valid(JWT token, OidcAttempt attempt, Keys held) throws BadJOSEException, JOSEException {
        var validator = new IDTokenValidator(
                new Issuer(provider.issuer()),
                clientId(),
                new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(held.set())),
                null);
        validator.setMaxClockSkew(SKEW_SECONDS);
        IDTokenClaimsSet claims = validator.validate(token, new Nonce(attempt.nonce()));
        // the library looks at the audience alone
        String party = claims.getStringClaim("azp");
        if (party == null ? claims.getAudience().size() > 1 : !party.equals(provider.clientId())) {
            throw new BadJWTException("issued to another party");
        }
        Long issuedAt = longClaim(claims, "iat");
        if (issuedAt == null || issuedAt < attempt.begun().getEpochSecond() - SKEW_SECONDS) {
            throw new BadJWTException("issued before it was asked for");
        }
        return claims;
    }

    private static @Nullable Long longClaim(IDTokenClaimsSet claims, String name) {
        Number number = claims.getNumberClaim(name);
        return number == null ? null : number.longValue();
    }

    // what it says of itself -----------------------------------------------------------------------------------------

    private OIDCProviderMetadata metadata() {
        Known held = known;
        Instant now = clock.instant();
        if (held != null && now.isBefore(held.at().plus(METADATA_TTL))) {
            return held.metadata();
        }
        Instant failed = failedAt;
        if (failed != null && now.isBefore(failed.plus(FAILURE_REST))) {
            throw unavailable();
        }
        try {
            OIDCProviderMetadata metadata = discover();
            known = new Known(metadata, now);
            failedAt = null;
            return metadata;
        } catch (CoordinatorException e) {
            failedAt = now;
            throw e;
        }
    }

    private OIDCProviderMetadata discover() {
        String issuer = provider.issuer().toString();
        String root = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        try {
            OIDCProviderMetadata metadata =
                    OIDCProviderMetadata.parse(get(URI.create(root + "/.well-known/openid-configuration")));
            if (!issuer.equals(metadata.getIssuer().getValue())) {
                throw away("calls itself " + said(metadata.getIssuer().getValue()));
            }
            requireSafe("authorization_endpoint", metadata.getAuthorizationEndpointURI());
            requireSafe("token_endpoint", metadata.getTokenEndpointURI());
            requireSafe("jwks_uri", metadata.getJWKSetURI());
            return metadata;
        } catch (ParseException e) {
            throw away("does not describe itself as an OpenID provider does");
        }
    }

    private void requireSafe(String name, @Nullable URI url) {
        if (url == null || !OidcConfig.isSafe(url)) {
            throw away("names no https:// URL as its " + name);
        }
    }

    /** Those that are known, if they are not older than this. */
    private Keys keys(Duration age) {
        Keys held = keys;
        Instant now = clock.instant();
        if (held != null && now.isBefore(held.at().plus(age))) {
            return held;
        }
        URI url = metadata().getJWKSetURI();
        try {
            var fresh = new Keys(strong(JWKSet.parse(get(url))), now);
            keys = fresh;
            return fresh;
        } catch (java.text.ParseException e) {
            throw away("does not list its keys as an OpenID provider does");
        }
    }

    private static JWKSet strong(JWKSet all) {
        List<JWK> strong = all.getKeys().stream()
                .filter(key -> !(key instanceof RSAKey) || key.size() >= MIN_RSA_BITS)
                .toList();
        return new JWKSet(strong);
    }

    // HTTP -----------------------------------------------------------------------------------------------------------

    private String get(URI url) {
        HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(url)
                .header("Accept", "application/json")
                .timeout(DEADLINE)
                .build());
        if (answer.statusCode() != OK) {
            throw away("answers with status " + answer.statusCode());
        }
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static HttpRequest http(HTTPRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.getURI())
                .timeout(DEADLINE)
                .POST(HttpRequest.BodyPublishers.ofString(String.valueOf(request.getBody()), StandardCharsets.UTF_8));
        request.getHeaderMap().forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
        return builder.build();
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            if (!places.tryAcquire(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unavailable();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, head -> new BoundedBytes(MAX_BYTES));
        try {
            return answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw away("does not answer in " + DEADLINE.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw away(
                    cause instanceof BoundedBytes.TooLargeException
                            ? "answers more than " + MAX_BYTES + " bytes"
                            : "is not reached: " + cause.getClass().getSimpleName());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable();
        } finally {
            places.release();
        }
    }

    private ClientID clientId() {
        return new ClientID(provider.clientId());
    }

    /** The log has the reason: the person can do nothing with it. */
    private CoordinatorException away(String why) {
        LOG.log(Level.WARNING, () -> "oidc.issuer_away issuer=" + provider.issuer() + " why=" + why);
        return unavailable();
    }

    private CoordinatorException unavailable() {
        return new CoordinatorException(
                        ErrorCode.UNAVAILABLE,
                        provider.name() + " cannot be asked now. Sign in with your password meanwhile, or try again.")
                .withRetryAfter(RETRY_SECONDS);
    }

    private CoordinatorException refused(String why) {
        LOG.log(Level.INFO, () -> "oidc.refused issuer=" + provider.issuer() + " why=" + said(why));
        return OidcFacade.refused(provider.name() + " did not confirm who you are. Begin again.");
    }

    /** What somebody else's server says, made fit for a line of the log. */
    private static String said(String text) {
        String plain = text.replaceAll("[^ -~]", "?");
        return plain.length() > MAX_SAID ? plain.substring(0, MAX_SAID) : plain;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
