package io.pithead.protocol.wallet;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One ledger entry as one account sees it: {@code amount} is signed, {@code part} is the pot it moved in or out of. */
public record Entry(
        UUID id,
        Instant at,
        String part,
        String amount,
        String reason,
        @Nullable UUID job) {}
