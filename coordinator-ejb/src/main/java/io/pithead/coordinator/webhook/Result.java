package io.pithead.coordinator.webhook;

import io.pithead.coordinator.webhook.core.RetryPolicy.Decision;

/** What becomes of a claimed delivery. */
record Result(Claim claim, Decision decision) {}
