package io.pithead.miner.workload;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The workloads of this build. */
public final class Workloads {
    private Workloads() {}

    public static List<Workload> all() {
        return ServiceLoader.load(Workload.class, Workloads.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    public static List<String> names() {
        return all().stream().map(Workload::name).toList();
    }

    public static Optional<Workload> named(String name) {
        return all().stream().filter(workload -> workload.name().equals(name)).findFirst();
    }
}
