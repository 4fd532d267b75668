package io.pithead.protocol.wallet;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One ledger entry as one account sees it: {@code amount} left the pot {@code from} and arrived in the pot {@code to};
 * the side that belongs to somebody else is absent.
 */
public record Entry(
        UUID id,
        Instant at,
        String amount,
        @Nullable String from,
        @Nullable String to,
        String reason,
        @Nullable UUID job) {}
