package io.pithead.validator.challenge;

import io.pithead.protocol.challenge.Timing;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was found.
 *
 * @param opening the whole of it as JSON, where it makes the node invalid
 */
record Judged(
        Verdict verdict,
        @Nullable VerdictReason reason,
        @Nullable Timing timing,
        String evidence,
        @Nullable String opening,
        Instant at) {}
