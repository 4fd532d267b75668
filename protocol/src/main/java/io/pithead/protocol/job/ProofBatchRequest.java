package io.pithead.protocol.job;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Checks;
import java.util.List;

/** {@code POST /v1/miner/proofs}: items are bodies of the single call, read one by one, so that a wrong one fails alone. */
public record ProofBatchRequest(
        @JsonSetter(contentNulls = Nulls.SET) List<JsonNode> proofs) {
    public static final int MAX_PROOFS = 100;

    public ProofBatchRequest {
        proofs = proofs == null ? List.of() : List.copyOf(proofs);
        new Checks()
                .that(
                        "proofs",
                        !proofs.isEmpty() && proofs.size() <= MAX_PROOFS,
                        "must have 1 to " + MAX_PROOFS + " items")
                .done();
    }
}
