package io.pithead.coordinator.settlement;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.coordinator.settlement.core.EpochState;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.wallet.Epoch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An epoch as it stands in the database.
 *
 * @param reached the last account that was looked at
 * @param leaves how many there are at its end
 * @param waits why it is not further
 */
record EpochRow(
        long chain,
        long number,
        EpochState state,
        @Nullable UUID reached,
        BigInteger paid,
        @Nullable Integer leaves,
        @Nullable BigInteger total,
        @Nullable String root,
        @Nullable String leavesHash,
        @Nullable Instant activeAt,
        Instant startedAt,
        Instant dueAt,
        @Nullable String waits) {

    static EpochRow of(ResultSet row) throws SQLException {
        BigDecimal total = row.getBigDecimal("total");
        return new EpochRow(
                row.getLong("chain_id"),
                row.getLong("number"),
                EpochState.valueOf(row.getString("state")),
                row.getObject("reached", UUID.class),
                Columns.amount(row, "paid"),
                Columns.nullableInt(row, "leaves"),
                total == null ? null : total.toBigIntegerExact(),
                row.getString("root"),
                row.getString("leaves_hash"),
                Columns.instant(row, "active_at"),
                Columns.requiredInstant(row, "started_at"),
                Columns.requiredInstant(row, "due_at"),
                row.getString("waits"));
    }

    /** Known from HASHING on. */
    int leafCount() {
        return Objects.requireNonNull(leaves);
    }

    BigInteger sum() {
        return Objects.requireNonNull(total);
    }

    /** Known from FUNDING on. */
    Root rooted() {
        return new Root(Objects.requireNonNull(root), sum(), Objects.requireNonNull(leavesHash));
    }

    Epoch view() {
        return new Epoch(
                chain,
                number,
                state.name(),
                Money.format(paid),
                total == null ? null : Money.format(total),
                leaves,
                root,
                leavesHash,
                startedAt,
                activeAt);
    }
}
