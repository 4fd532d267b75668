package io.pithead.miner.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pithead.miner.hardware.EnergyMeter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a job cost and gave. A figure that was not measured is absent, never zero. */
final class Metrics {
    private static final int MAX_OF_CHILD = 48;
    private static final int MAX_TEXT = 200;
    private static final int DECIMALS = 6;
    private static final double MILLI = 1e-3;

    private Metrics() {}

    static Map<String, JsonNode> of(ChildProcess.Ended ended, Optional<EnergyMeter.Energy> energy) {
        var metrics = new LinkedHashMap<String, JsonNode>();
        ended.result().ifPresent(result -> {
            result.metrics().entrySet().stream()
                    .filter(metric -> isMetric(metric.getValue()))
                    .limit(MAX_OF_CHILD)
                    .forEach(metric -> metrics.put(metric.getKey(), metric.getValue()));
            put(metrics, "cpu_s", larger(result.cpuS(), ended.cpuMs() * MILLI));
            put(metrics, "peak_rss_mb", larger(result.peakRssMb(), (double) ended.peakRssMb()));
        });
        put(metrics, "wall_s", ended.wall().toMillis() * MILLI);
        workPer(metrics, "work_per_tflop", metrics.get("tflop"));
        energy.ifPresent(measured -> {
            put(metrics, "energy_j", measured.joules());
            metrics.put("energy_source", TextNode.valueOf(measured.source()));
            workPerKilojoule(metrics, measured.joules());
        });
        return metrics;
    }

    private static void workPer(Map<String, JsonNode> metrics, String name, @Nullable JsonNode divisor) {
        JsonNode work = metrics.get("work");
        if (work != null && work.isNumber() && divisor != null && divisor.isNumber() && divisor.doubleValue() > 0) {
            put(metrics, name, work.doubleValue() / divisor.doubleValue());
        }
    }

    private static void workPerKilojoule(Map<String, JsonNode> metrics, double joules) {
        JsonNode work = metrics.get("work");
        if (work != null && work.isNumber()) {
            put(metrics, "work_per_kj", work.doubleValue() / (joules * MILLI));
        }
    }

    /** The child knows its own end, the watch its descendants. */
    private static double larger(@Nullable Double told, double seen) {
        return told == null ? seen : Math.max(told, seen);
    }

    private static void put(Map<String, JsonNode> metrics, String name, double value) {
        if (Double.isFinite(value) && value > 0) {
            BigDecimal rounded = BigDecimal.valueOf(value)
                    .setScale(DECIMALS, RoundingMode.HALF_UP)
                    .stripTrailingZeros();
            metrics.put(name, DecimalNode.valueOf(rounded.scale() < 0 ? rounded.setScale(0) : rounded));
        }
    }

    private static boolean isMetric(JsonNode value) {
        if (value.isNumber()) {
            return Double.isFinite(value.doubleValue()) && value.doubleValue() >= 0;
        }
        return value.isBoolean() || (value.isTextual() && value.textValue().length() <= MAX_TEXT);
    }
}
