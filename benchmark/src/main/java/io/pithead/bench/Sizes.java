package io.pithead.bench;

import java.time.Duration;

/** How much load, for how long. */
record Sizes(int clients, int batchClients, int batch, Duration warmUp, Duration time, int parked, int boots) {
    private static final int CLIENTS = 64;
    private static final int BATCH_CLIENTS = 12;
    private static final int BATCH = 100;
    private static final int PARKED = 10_000;
    private static final int BOOTS = 3;
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    static Sizes full(Duration time) {
        return new Sizes(CLIENTS, BATCH_CLIENTS, BATCH, WARM_UP, time, PARKED, BOOTS);
    }

    static Sizes quick() {
        return new Sizes(CLIENTS, BATCH_CLIENTS, BATCH, Duration.ofSeconds(2), Duration.ofSeconds(3), PARKED / 10, 1);
    }
}
