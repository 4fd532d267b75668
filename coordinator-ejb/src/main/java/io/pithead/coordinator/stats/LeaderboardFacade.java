package io.pithead.coordinator.stats;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.stats.core.Leaderboard;
import io.pithead.coordinator.stats.core.Leaderboard.By;
import io.pithead.coordinator.stats.core.Leaderboard.Period;
import io.pithead.coordinator.stats.core.Leaderboard.Work;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Digests;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who works most and best, for everybody. A provider is named by what is public of it, the address of its stake on a chain; one
 * that has none gets a name from which nobody learns whose it is. What an account is called, and its id, are its own business.
 */
@ApplicationScoped
public class LeaderboardFacade {
    private static final Duration AGE = Duration.ofMinutes(1);
    /** Ranks past this one are nobody's pride. */
    static final int LISTED = 1_000;
    /** Of whom the first are chosen. */
    private static final int LOOKED_AT = 10_000;

    private static final int NAME_CHARACTERS = 12;

    @Inject
    Database database;

    @Inject
    LeaderboardConfig config;

    private final ReentrantLock ranking = new ReentrantLock();
    private final Map<Object, Kept<?>> kept = new HashMap<>();

    private record Kept<T>(List<T> list, Instant at) {}

    private record Order(Period period, By by) {}

    private interface Reader<T> {
        List<T> read(Connection connection) throws SQLException;
    }

    public boolean enabled() {
        return config.enabled();
    }

    /** @param after the last rank of the page before */
    public Page<RankedProvider> providers(Period period, By by, int limit, @Nullable Long after) {
        return page(list(new Order(period, by), connection -> providers(connection, period, by)), limit, after);
    }

    public Page<RankedValidator> validators(Period period, int limit, @Nullable Long after) {
        return page(list(period, connection -> validators(connection, period)), limit, after);
    }

    private static <T> Page<T> page(List<T> list, int limit, @Nullable Long after) {
        int from = (int) Math.min(list.size(), after == null ? 0 : after);
        int to = Math.min(list.size(), from + limit);
        return new Page<>(list.subList(from, to), to < list.size() ? Integer.toString(to) : null);
    }

    /** However many look, each order is made once a minute. */
    @SuppressWarnings("unchecked") // a key is always of one kind of list
    private <T> List<T> list(Object key, Reader<T> reader) {
        if (!config.enabled()) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "This server has no leaderboard.");
        }
        ranking.lock();
        try {
            Kept<T> found = (Kept<T>) kept.get(key);
            if (found == null || found.at().plus(AGE).isBefore(Instant.now())) {
                found = new Kept<>(database.withConnection(reader::read), Instant.now());
                kept.put(key, found);
            }
            return found.list();
        } finally {
            ranking.unlock();
        }
    }

    private static List<RankedProvider> providers(Connection connection, Period period, By by) throws SQLException {
        List<Work> ranked = Leaderboard.rank(DayStore.providers(connection, since(period), LOOKED_AT), by, LISTED);
        Map<UUID, String> addresses = DayStore.addresses(
                connection, ranked.stream().map(Work::account).toList());
        var rows = new ArrayList<RankedProvider>();
        for (Work one : ranked) {
            rows.add(new RankedProvider(
                    rows.size() + 1,
                    addresses.getOrDefault(one.account(), name(one.account())),
                    one.accepted(),
                    one.failed(),
                    rounded(one.success()),
                    rounded(one.speed()),
                    rounded(one.uptime())));
        }
        return List.copyOf(rows);
    }

    private static List<RankedValidator> validators(Connection connection, Period period) throws SQLException {
        var rows = new ArrayList<RankedValidator>();
        for (DayStore.Judged one : DayStore.validators(connection, since(period), LISTED)) {
            rows.add(new RankedValidator(rows.size() + 1, one.validator(), one.cases(), one.agreed(), one.attested()));
        }
        return List.copyOf(rows);
    }

    private static LocalDate since(Period period) {
        return DayStore.day(Instant.now()).minusDays(period.days() - 1L);
    }

    private static @Nullable Double rounded(@Nullable Double value) {
        return value == null ? null : Math.round(value * 10_000) / 10_000.0;
    }

    /** As what an account is listed whose address nobody knows; it does not lead back to the account's id. */
    static String name(UUID account) {
        return "provider-"
                + Digests.sha256Hex(("leaderboard " + account).getBytes(StandardCharsets.UTF_8))
                        .substring(0, NAME_CHARACTERS);
    }
}
