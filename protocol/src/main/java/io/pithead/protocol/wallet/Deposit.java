package io.pithead.protocol.wallet;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A deposit and where it stands: {@code PENDING} until the operator has seen the money, then {@code CREDITED} or {@code REFUSED}. */
public record Deposit(
        UUID id, String amount, String state, @Nullable String reference, Instant createdAt) {}
