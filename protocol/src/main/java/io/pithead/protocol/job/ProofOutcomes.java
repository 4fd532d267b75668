package io.pithead.protocol.job;

import java.util.List;

/** The answer to {@code POST /v1/miner/proofs}: one outcome per item, in the order of the request. */
public record ProofOutcomes(List<ProofOutcome> proofs) {
    public ProofOutcomes {
        proofs = List.copyOf(proofs);
    }
}
