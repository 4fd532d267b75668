package io.pithead.protocol.job;

import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.receipt.Receipt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the single call would have answered to one item: its status, and a receipt or an error. */
public record ProofOutcome(
        @Nullable UUID id, int status, @Nullable Receipt receipt, ErrorEnvelope.@Nullable Body error) {}
