package io.pithead.coordinator.platform;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sets the array parameters of set-based statements ({@code unnest}) in order, and reads nullable columns. */
public final class Columns {
    private final Connection connection;
    private final PreparedStatement statement;
    private int next = 1;

    public Columns(Connection connection, PreparedStatement statement) {
        this.connection = connection;
        this.statement = statement;
    }

    public <T> Columns uuids(Collection<T> items, Function<T, @Nullable UUID> value) throws SQLException {
        return array("uuid", items, value::apply);
    }

    public <T> Columns texts(Collection<T> items, Function<T, @Nullable String> value) throws SQLException {
        return array("text", items, value::apply);
    }

    public <T> Columns longs(Collection<T> items, Function<T, @Nullable Long> value) throws SQLException {
        return array("bigint", items, value::apply);
    }

    public <T> Columns ints(Collection<T> items, Function<T, @Nullable Integer> value) throws SQLException {
        return array("integer", items, value::apply);
    }

    public <T> Columns doubles(Collection<T> items, Function<T, @Nullable Double> value) throws SQLException {
        return array("float8", items, value::apply);
    }

    public <T> Columns bools(Collection<T> items, Function<T, @Nullable Boolean> value) throws SQLException {
        return array("boolean", items, value::apply);
    }

    public <T> Columns amounts(Collection<T> items, Function<T, @Nullable BigInteger> value) throws SQLException {
        return array("numeric", items, item -> {
            BigInteger amount = value.apply(item);
            return amount == null ? null : new BigDecimal(amount);
        });
    }

    public Columns set(@Nullable Object value) throws SQLException {
        statement.setObject(next++, value);
        return this;
    }

    private <T> Columns array(String type, Collection<T> items, Function<T, @Nullable Object> value)
            throws SQLException {
        Object[] values = new Object[items.size()];
        int i = 0;
        for (T item : items) {
            values[i++] = value.apply(item);
        }
        Array array = connection.createArrayOf(type, values);
        statement.setArray(next++, array);
        return this;
    }

    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    public static Instant requiredInstant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    public static @Nullable Long nullableLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    public static @Nullable Integer nullableInt(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    public static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    public static Set<UUID> uuidSet(ResultSet row, String column) throws SQLException {
        return Set.copyOf(List.of((UUID[]) row.getArray(column).getArray()));
    }

    public static Set<String> textSet(ResultSet row, String column) throws SQLException {
        return Set.copyOf(List.of((String[]) row.getArray(column).getArray()));
    }

    public static BigInteger amount(ResultSet row, String column) throws SQLException {
        return row.getBigDecimal(column).toBigIntegerExact();
    }

    /** Ids in a fixed order: every statement that locks rows does so in this order. */
    public static List<UUID> sorted(Collection<UUID> ids) {
        return ids.stream().distinct().sorted(Columns::unsigned).toList();
    }

    private static int unsigned(UUID a, UUID b) {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }
}
