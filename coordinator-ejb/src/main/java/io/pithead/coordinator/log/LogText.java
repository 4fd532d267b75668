package io.pithead.coordinator.log;

import io.pithead.protocol.log.LogStretch;
import java.nio.charset.StandardCharsets;

/** A stretch of a job's output, as bytes of UTF-8; see {@link LogStretch} for what the numbers mean. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record LogText(int attempt, long offset, byte[] text, long nextOffset, long size, boolean complete) {
    public LogStretch stretch() {
        return new LogStretch(attempt, offset, new String(text, StandardCharsets.UTF_8), nextOffset, size, complete);
    }
}
