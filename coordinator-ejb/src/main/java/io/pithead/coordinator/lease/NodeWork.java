package io.pithead.coordinator.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.lease.ReportBatch.Acceptance;
import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Adds up what nodes say their accepted jobs gave ({@code work}) and took ({@code energy_j}, {@code tflop}). */
final class NodeWork {
    private static final int MAX_UNIT = 32;
    /** More than any machine does in its life; sums stay finite. */
    private static final double MAX_FIGURE = 1e30;

    private NodeWork() {}

    private record Key(UUID node, String workload) {}

    private record Sum(
            String unit, long jobs, double work, double energyWork, double energyJ, double tflopWork, double tflop) {
        Sum plus(Sum more) {
            return new Sum(
                    more.unit,
                    jobs + more.jobs,
                    work + more.work,
                    energyWork + more.energyWork,
                    energyJ + more.energyJ,
                    tflopWork + more.tflopWork,
                    tflop + more.tflop);
        }
    }

    /** One statement for the batch, in the order of the nodes: two instances cannot deadlock. */
    static void add(Connection connection, Collection<Acceptance> accepted) throws SQLException {
        var sums = new HashMap<Key, Sum>();
        for (Acceptance one : accepted) {
            double work = figure(one, "work");
            if (work > 0) {
                double energy = figure(one, "energy_j");
                double tflop = figure(one, "tflop");
                sums.merge(
                        new Key(Objects.requireNonNull(one.job().node), one.job().workload),
                        new Sum(unit(one), 1, work, energy > 0 ? work : 0, energy, tflop > 0 ? work : 0, tflop),
                        Sum::plus);
            }
        }
        if (sums.isEmpty()) {
            return;
        }
        List<Map.Entry<Key, Sum>> rows = sums.entrySet().stream()
                .sorted(Comparator.comparing(
                                (Map.Entry<Key, Sum> row) -> row.getKey().node().toString())
                        .thenComparing(row -> row.getKey().workload()))
                .toList();
        try (var upsert = connection.prepareStatement("insert into node_work as w"
                + " (node_id, workload, unit, jobs, work, energy_work, energy_j, tflop_work, tflop)"
                + " select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " on conflict (node_id, workload) do update set unit = excluded.unit, jobs = w.jobs + excluded.jobs,"
                + " work = w.work + excluded.work, energy_work = w.energy_work + excluded.energy_work,"
                + " energy_j = w.energy_j + excluded.energy_j, tflop_work = w.tflop_work + excluded.tflop_work,"
                + " tflop = w.tflop + excluded.tflop")) {
            new Columns(connection, upsert)
                    .uuids(rows, row -> row.getKey().node())
                    .texts(rows, row -> row.getKey().workload())
                    .texts(rows, row -> row.getValue().unit)
                    .longs(rows, row -> row.getValue().jobs)
                    .doubles(rows, row -> row.getValue().work)
                    .doubles(rows, row -> row.getValue().energyWork)
                    .doubles(rows, row -> row.getValue().energyJ)
                    .doubles(rows, row -> row.getValue().tflopWork)
                    .doubles(rows, row -> row.getValue().tflop);
            upsert.executeUpdate();
        }
    }

    private static double figure(Acceptance one, String metric) {
        JsonNode value = one.proof().metrics().get(metric);
        return value != null && value.isNumber() ? Math.min(value.doubleValue(), MAX_FIGURE) : 0;
    }

    private static String unit(Acceptance one) {
        JsonNode unit = one.proof().metrics().get("work_unit");
        String text = unit != null && unit.isTextual() ? unit.textValue().strip() : "";
        boolean plain = text.length() <= MAX_UNIT && text.chars().allMatch(c -> c > ' ' && c < 127);
        return plain && !text.isEmpty() ? text : "unit";
    }
}
