package io.pithead.web.idempotency;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.idempotency.Claim;
import io.pithead.coordinator.idempotency.ClaimedTicket;
import io.pithead.coordinator.idempotency.Idempotency;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Claims the key before the resource runs, and stores or releases it when the answer is known. */
final class IdempotencyFilter implements ContainerRequestFilter, ContainerResponseFilter {
    static final String HEADER = "Idempotency-Key";
    static final String REPLAYED = "Idempotency-Replayed";
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,255}");
    private static final int RETRY_SECONDS = 1;
    private static final int TOO_MANY = 429;
    private static final int FIRST_REFUSAL = 400;
    private static final int FIRST_SERVER_ERROR = 500;
    private static final byte[] NO_BODY = {};
    private static final Logger LOG = System.getLogger(IdempotencyFilter.class.getName());

    private final Idempotency idempotency;
    private final Set<String> secretMembers;

    IdempotencyFilter(Idempotency idempotency, Set<String> secretMembers) {
        this.idempotency = idempotency;
        this.secretMembers = secretMembers;
    }

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        List<String> keys = request.getHeaders().getOrDefault(HEADER, List.of());
        if (keys.isEmpty() || !(request.getSecurityContext().getUserPrincipal() instanceof Caller caller)) {
            return;
        }
        if (keys.size() != 1 || !VISIBLE.matcher(keys.getFirst()).matches()) {
            throw new CoordinatorException(
                    ErrorCode.MALFORMED_REQUEST,
                    "A header is wrong.",
                    Map.of(HEADER, "must be given once, with 1 to 255 visible characters"));
        }
        byte[] body = request.getEntityStream().readAllBytes();
        request.setEntityStream(new ByteArrayInputStream(body));
        switch (claim(caller, keys.getFirst(), digest(request, body))) {
            case Claim.Claimed claimed -> request.setProperty(Tickets.PROPERTY, claimed.ticket());
            case Claim.Answered answered -> request.abortWith(replay(answered));
            case Claim.Mismatch mismatch ->
                throw new CoordinatorException(
                        ErrorCode.IDEMPOTENCY_MISMATCH, "This Idempotency-Key was used for another request.");
            case Claim.Running running ->
                throw new CoordinatorException(
                                ErrorCode.CONFLICT_STATE, "The first request with this Idempotency-Key still runs.")
                        .withRetryAfter(RETRY_SECONDS);
        }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (!(request.getProperty(Tickets.PROPERTY) instanceof ClaimedTicket ticket)) {
            return;
        }
        request.removeProperty(Tickets.PROPERTY);
        boolean done = response.getStatus() < FIRST_REFUSAL;
        if (done && ticket.isStored()) {
            return;
        }
        try {
            if (saysAskAgain(response) || isStream(response)) {
                idempotency.release(ticket);
            } else if (!idempotency.store(ticket, storedStatus(response.getStatus()), storedBody(response))) {
                LOG.log(
                        Level.WARNING,
                        () -> "idempotency.claim_lost path="
                                + request.getUriInfo().getPath());
            }
        } catch (SQLException e) {
            // the work is done and must be answered; a retry finds the key claimed until the claim runs out
            LOG.log(
                    Level.WARNING,
                    () -> "idempotency.not_stored path=" + request.getUriInfo().getPath(),
                    e);
        }
    }

    private Claim claim(Caller caller, String key, byte[] digest) {
        try {
            return idempotency.claim(caller.accountId(), key, digest);
        } catch (SQLException e) {
            LOG.log(Level.WARNING, () -> "idempotency.claim_failed", e);
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The key cannot be claimed now.")
                    .withRetryAfter(RETRY_SECONDS);
        }
    }

    /** The route belongs to the request: the same body to another path is another request. */
    private static byte[] digest(ContainerRequestContext request, byte[] body) {
        MessageDigest digest = Digests.sha256();
        digest.update(request.getUriInfo().getRequestUri().getRawPath().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '?');
        String query = request.getUriInfo().getRequestUri().getRawQuery();
        digest.update((query == null ? "" : query).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return digest.digest(body);
    }

    private static Response replay(Claim.Answered answered) {
        Response.ResponseBuilder replay = Response.status(answered.status()).header(REPLAYED, "true");
        if (answered.body().length > 0) {
            replay.type(MediaType.APPLICATION_JSON_TYPE).entity(answered.body());
        }
        return replay.build();
    }

    private static boolean saysAskAgain(ContainerResponseContext response) {
        return response.getStatus() >= FIRST_SERVER_ERROR
                || response.getStatus() == TOO_MANY
                || response.getHeaders().containsKey(HttpHeaders.RETRY_AFTER);
    }

    private static boolean isStream(ContainerResponseContext response) {
        return response.getEntity() instanceof StreamingOutput || response.getEntity() instanceof InputStream;
    }

    private int storedStatus(int status) {
        return secretMembers.isEmpty() || status >= FIRST_REFUSAL ? status : Response.Status.OK.getStatusCode();
    }

    private byte[] storedBody(ContainerResponseContext response) {
        Object entity = response.getEntity();
        if (entity == null) {
            return NO_BODY;
        }
        if (entity instanceof byte[] bytes) {
            return bytes;
        }
        if (secretMembers.isEmpty() || !(Json.toTree(entity) instanceof ObjectNode answer)) {
            return Json.write(entity);
        }
        if (answer.retain(keptNames(answer)).size() > 0 && response.getStatus() < FIRST_REFUSAL) {
            answer.put("note", "shown once, with the first answer: " + String.join(", ", secretMembers));
        }
        return Json.write(answer);
    }

    private List<String> keptNames(ObjectNode answer) {
        return answer.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !secretMembers.contains(name))
                .toList();
    }
}
