package io.pithead.web.health;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.pithead.coordinator.health.HealthChecks;
import io.pithead.coordinator.platform.Loops;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What every check and loop says: {@code UP}, or what is wrong in words that give nothing away. */
record Readiness(String status, Map<String, String> checks) {
    private static final String UP = "UP";

    Readiness {
        checks = Collections.unmodifiableMap(new TreeMap<>(checks));
    }

    static Readiness of(Map<String, Loops.Age> ages, boolean brokerRequired) {
        var checks = new TreeMap<String, String>();
        ages.forEach((name, age) -> checks.put(name, say(name, age)));
        boolean degraded = checks.entrySet().stream()
                .anyMatch(check -> !check.getValue().equals(UP)
                        && (brokerRequired || !check.getKey().equals(HealthChecks.BROKER)));
        if (degraded) {
            return new Readiness("DOWN", checks);
        }
        return new Readiness(checks.values().stream().allMatch(UP::equals) ? UP : "DEGRADED", checks);
    }

    @JsonIgnore
    boolean isReady() {
        return !status.equals("DOWN");
    }

    Map<String, String> failed() {
        var failed = new TreeMap<>(checks);
        failed.values().removeIf(UP::equals);
        return failed;
    }

    /** A check that fails says no; another loop may fail a round, and is down when it has not been round for too long. */
    private static String say(String name, Loops.Age age) {
        if (age.isOverdue()) {
            return "last went well " + round(age.age()) + " ago, allowed is " + round(age.allowed());
        }
        return name.startsWith(HealthChecks.PREFIX) && age.failing() ? "failing" : UP;
    }

    private static Duration round(Duration age) {
        return Duration.ofSeconds(age.toSeconds());
    }
}
