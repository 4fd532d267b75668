package io.pithead.launcher.edge;

import java.time.Duration;

/** What the listeners are configured with, and what they cannot be. */
public record Limits(int headerBytes, int headers, int keepAliveSeconds, Duration head) {}
