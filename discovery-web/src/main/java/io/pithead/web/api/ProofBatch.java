package io.pithead.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.lease.LeaseFacade;
import io.pithead.coordinator.lease.LeaseFacade.Accepted;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.ProofBatchRequest;
import io.pithead.protocol.job.ProofOutcome;
import io.pithead.protocol.job.ProofOutcomes;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.web.error.Failures;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The proofs of one request: those that can be read go to the coordinator, the others are refused where they stand. */
final class ProofBatch {
    private static final int RETRY_SECONDS = 1;

    private final Failures.Facts request;
    private final List<JsonNode> items;
    private final ProofOutcome[] outcomes;

    ProofBatch(ProofBatchRequest batch, Failures.Facts request) {
        this.request = request;
        this.items = batch.proofs();
        this.outcomes = new ProofOutcome[items.size()];
    }

    CompletableFuture<ProofOutcomes> post(LeaseFacade leases, UUID sender) {
        var proofs = new ArrayList<Proof>();
        var places = new ArrayList<Integer>();
        for (int i = 0; i < items.size(); i++) {
            try {
                proofs.add(Json.bind(items.get(i), Proof.class));
                places.add(i);
            } catch (InvalidPayloadException e) {
                outcomes[i] = refused(id(items.get(i)), e);
            }
        }
        List<CompletableFuture<Accepted>> answers = proofs.isEmpty() ? List.of() : leases.proveAll(sender, proofs);
        var known = new CompletableFuture<?>[answers.size()];
        for (int i = 0; i < known.length; i++) {
            UUID id = proofs.get(i).id();
            int place = places.get(i);
            known[i] = answers.get(i)
                    .handle((accepted, failure) -> failure == null ? accepted(id, accepted) : refused(id, failure))
                    .thenAccept(outcome -> outcomes[place] = outcome);
        }
        return CompletableFuture.allOf(known).thenApply(all -> new ProofOutcomes(Arrays.asList(outcomes)));
    }

    /** Where the same item may be taken later, the answer is not kept for its Idempotency-Key. */
    static Response answer(ProofOutcomes outcomes) {
        boolean again = outcomes.proofs().stream()
                .map(ProofOutcome::error)
                .anyMatch(error ->
                        error != null && (error.code() == ErrorCode.UNAVAILABLE || error.code() == ErrorCode.INTERNAL));
        Response.ResponseBuilder answer = Response.ok(outcomes);
        return (again ? answer.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS) : answer).build();
    }

    private static ProofOutcome accepted(UUID id, Accepted accepted) {
        Response.Status done = accepted.replay() ? Response.Status.OK : Response.Status.CREATED;
        Response.Status status = accepted.receipt() == null ? Response.Status.ACCEPTED : done;
        return new ProofOutcome(id, status.getStatusCode(), accepted.receipt(), null);
    }

    private ProofOutcome refused(@Nullable UUID id, Throwable failure) {
        Response answer = Failures.answer(failure, request);
        return new ProofOutcome(id, answer.getStatus(), null, ((ErrorEnvelope) answer.getEntity()).error());
    }

    private static @Nullable UUID id(JsonNode item) {
        return Ids.parse(item.path("id").asText("")).orElse(null);
    }
}
