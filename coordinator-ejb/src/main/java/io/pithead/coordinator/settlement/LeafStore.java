package io.pithead.coordinator.settlement;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.wallet.Leaf;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/** The leaves of one chain as they were at the end of an epoch: what they are now, less what later epochs paid. */
final class LeafStore {
    private static final int FETCH = 10_000;
    private static final String AS_OF = """
            select l.position, l.address, l.cumulative - coalesce(later.amount, 0) as cumulative
              from %s
              left join lateral (
                   select sum(p.amount) as amount from epoch_payout p
                    where p.chain_id = l.chain_id and p.address = l.address and p.epoch > ?) later on true
             where l.chain_id = ? and %s
             order by l.position""";
    private static final String RANGE = AS_OF.formatted("payout_leaf l", "l.position >= ? and l.position < ?");
    private static final String ONE = AS_OF.formatted("payout_leaf l", "l.address = ? and l.position < ?");
    private static final String CHANGED = AS_OF.formatted(
            "(select distinct address from epoch_payout where chain_id = ? and epoch > ? and epoch <= ?) c"
                    + " join payout_leaf l on l.address = c.address",
            "true");

    private final long chain;

    LeafStore(long chain) {
        this.chain = chain;
    }

    /** Takes one leaf after the other. */
    @FunctionalInterface
    interface Taker {
        void take(int position, Address address, BigInteger cumulative);
    }

    /** Those at positions from {@code from} on and before {@code to}, in their order; in a transaction, a stretch at a time. */
    void read(Connection connection, long epoch, int from, int to, Taker taker) throws SQLException {
        try (var select = connection.prepareStatement(RANGE)) {
            new Columns(connection, select).set(epoch).set(chain).set(from).set(to);
            take(select, taker);
        }
    }

    /** Those that differ between the ends of two epochs, as they are at the end of the later one. */
    void changed(Connection connection, long after, long epoch, Taker taker) throws SQLException {
        try (var select = connection.prepareStatement(CHANGED)) {
            new Columns(connection, select)
                    .set(chain)
                    .set(after)
                    .set(epoch)
                    .set(epoch)
                    .set(chain);
            take(select, taker);
        }
    }

    private static void take(PreparedStatement select, Taker taker) throws SQLException {
        select.setFetchSize(FETCH);
        try (var row = select.executeQuery()) {
            while (row.next()) {
                taker.take(
                        row.getInt("position"),
                        new Address(row.getString("address")),
                        Columns.amount(row, "cumulative"));
            }
        }
    }

    /** Of an address that had one at the end of the epoch. */
    Optional<Leaf> find(Connection connection, EpochRow epoch, String address) throws SQLException {
        try (var select = connection.prepareStatement(ONE)) {
            new Columns(connection, select)
                    .set(epoch.number())
                    .set(chain)
                    .set(address)
                    .set(epoch.leafCount());
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Leaf(
                                row.getInt("position"),
                                row.getString("address"),
                                Money.format(Columns.amount(row, "cumulative"))))
                        : Optional.empty();
            }
        }
    }
}
