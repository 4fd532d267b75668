package io.pithead.coordinator.chain;

import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The right to do one thing for one chain, which one instance has at a time. Each write of its holder renews it first: the
 * row is locked until the commit, so whoever takes it over sees what was written, and a holder that lost it writes nothing.
 */
public final class ChainLease {
    /** Longer than a round that waits for a slow node; what a killed instance held is taken over after it. */
    static final Duration TTL = Duration.ofSeconds(20);

    private static final String TAKE = """
            insert into chain_lease as l (chain_id, subject, holder, expires_at)
            values (?, ?, ?, now() + make_interval(secs => ?))
                on conflict (chain_id, subject) do update
               set holder = excluded.holder, expires_at = excluded.expires_at,
                   token = l.token + case when l.holder = excluded.holder then 0 else 1 end
             where l.holder = excluded.holder or l.expires_at < now()
            returning token""";
    private static final String RENEW = """
            update chain_lease set expires_at = now() + make_interval(secs => ?)
             where chain_id = ? and subject = ? and holder = ? and token = ?""";

    private final long chainId;
    private final String subject;
    private final UUID holder;

    private ChainLease(long chainId, String subject, UUID holder) {
        this.chainId = chainId;
        this.subject = subject;
        this.holder = holder;
    }

    static ChainLease toIndex(long chainId, UUID holder) {
        return new ChainLease(chainId, "index", holder);
    }

    /** To close epochs that the chain settles. */
    public static ChainLease toSettle(long chainId, UUID holder) {
        return new ChainLease(chainId, "settle", holder);
    }

    static ChainLease toSend(long chainId, String address, UUID holder) {
        return new ChainLease(chainId, "send " + address, holder);
    }

    /** Thrown inside a transaction whose writer lost its lease; nothing of it stays. */
    public static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LostException(String subject) {
            super("another instance may " + subject + " now", null, false, false);
        }
    }

    /** The token, if it is this instance's turn. */
    public OptionalLong take(Connection connection) throws SQLException {
        try (var insert = connection.prepareStatement(TAKE)) {
            new Columns(connection, insert)
                    .set(chainId)
                    .set(subject)
                    .set(holder)
                    .set((double) TTL.toSeconds());
            try (var row = insert.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** First thing in each transaction of the holder's. */
    public void require(Connection connection, long token) throws SQLException {
        try (var update = connection.prepareStatement(RENEW)) {
            new Columns(connection, update)
                    .set((double) TTL.toSeconds())
                    .set(chainId)
                    .set(subject)
                    .set(holder)
                    .set(token);
            if (update.executeUpdate() != 1) {
                throw new LostException(subject);
            }
        }
    }

    /** At a stop in good order: the next holder need not wait. */
    public void giveUp(Connection connection) throws SQLException {
        try (var update = connection.prepareStatement(
                "update chain_lease set expires_at = now() - interval '1 s' where chain_id = ? and subject = ? and holder = ?")) {
            new Columns(connection, update).set(chainId).set(subject).set(holder);
            update.executeUpdate();
        }
    }
}
