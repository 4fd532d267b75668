package io.pithead.bench;

import io.pithead.bench.simulation.Settings;
import java.time.Duration;
import java.util.List;

/** How much load, for how long. */
record Sizes(
        int clients,
        int batchClients,
        int batch,
        Duration warmUp,
        Duration time,
        int parked,
        int boots,
        int warmUps,
        List<Integer> fleets,
        int containers,
        int transactions,
        int signatures,
        List<Integer> products,
        Settings simulation) {
    private static final int CLIENTS = 64;
    private static final int BATCH_CLIENTS = 12;
    private static final int BATCH = 100;
    private static final int PARKED = 10_000;
    private static final int BOOTS = 3;
    private static final int CONTAINERS = 20;
    private static final int TRANSACTIONS = 10_000;
    private static final int SIGNATURES = 8_000;
    private static final int SIMULATED = 10_000;
    private static final int SIMULATED_EPOCHS = 100;
    private static final List<Integer> FLEETS = List.of(10, 1_000, 3_000, 10_000);
    private static final List<Integer> PRODUCTS = List.of(512, 1_024, 2_048, 4_096, 8_192);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final int WARM_UPS = 10;

    /** Few clients, because the compiler needs a share of the cores, too. */
    private static final int WARMING_CLIENTS = 6;

    private static final Duration WARMING_TIME = Duration.ofSeconds(8);

    static Sizes full(Duration time) {
        return new Sizes(
                CLIENTS,
                BATCH_CLIENTS,
                BATCH,
                WARM_UP,
                time,
                PARKED,
                BOOTS,
                WARM_UPS,
                FLEETS,
                CONTAINERS,
                TRANSACTIONS,
                SIGNATURES,
                PRODUCTS,
                Settings.of(SIMULATED, SIMULATED_EPOCHS));
    }

    static Sizes quick() {
        return new Sizes(
                CLIENTS,
                BATCH_CLIENTS,
                BATCH,
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                PARKED / 10,
                1,
                1,
                List.of(10, 100),
                3,
                TRANSACTIONS / 10,
                SIGNATURES / 10,
                PRODUCTS.subList(0, 2),
                Settings.of(SIMULATED / 10, SIMULATED_EPOCHS / 4));
    }

    Sizes withFleets(List<Integer> other) {
        return new Sizes(
                clients,
                batchClients,
                batch,
                warmUp,
                time,
                parked,
                boots,
                warmUps,
                other.stream().sorted().toList(),
                containers,
                transactions,
                signatures,
                products,
                simulation);
    }

    /** A round of warm-up. */
    Sizes warming() {
        return new Sizes(
                WARMING_CLIENTS,
                WARMING_CLIENTS,
                batch,
                Duration.ofSeconds(1),
                time.compareTo(WARMING_TIME) < 0 ? time : WARMING_TIME,
                parked,
                boots,
                warmUps,
                fleets,
                containers,
                transactions,
                signatures,
                products,
                simulation);
    }
}
