package io.pithead.protocol.log;

/**
 * {@code GET /v1/jobs/{id}/logs} as JSON.
 *
 * @param offset where the text begins: later than asked when what was asked for is not kept
 * @param nextOffset where to ask next
 * @param size how long the output is as far as it is known
 * @param complete the job has ended and there is nothing after this
 */
public record LogStretch(int attempt, long offset, String text, long nextOffset, long size, boolean complete) {}
