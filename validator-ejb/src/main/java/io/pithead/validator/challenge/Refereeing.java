package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.RefereeCase;
import io.pithead.protocol.job.RefereeOffer;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.validator.challenge.CoordinatorApi.Refused;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Does jobs once more whose providers do not agree, or with whose answers a node is charged, one after the other, and says what it found. What it found is kept before it is sent, and
 * what is kept is what is sent, however often. What could not be done is not tried again: others may be able to.
 */
final class Refereeing {
    private static final int FORBIDDEN = 403;
    /** How long who is not known yet is asked for again. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Logger LOG = System.getLogger(Refereeing.class.getName());
    private static final int UNSENT_PER_ROUND = 20;
    private static final int MAX_PAGES = 10;
    /** To say it in time. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final Database database;
    private final CoordinatorApi coordinator;
    private final Seat seat;
    private final Replayer replayer;
    private final Duration limit;
    private final Duration retention;
    private final InstantSource clock;

    Refereeing(
            Database database,
            CoordinatorApi coordinator,
            Seat seat,
            Replayer replayer,
            Duration limit,
            Duration retention,
            InstantSource clock) {
        this.database = database;
        this.coordinator = coordinator;
        this.seat = seat;
        this.replayer = replayer;
        this.limit = limit;
        this.retention = retention;
        this.clock = clock;
    }

    /** At most one job: the next round has the next one. */
    void round() throws InterruptedException {
        database.doInTransaction(
                connection -> FindingStore.forget(connection, clock.instant().minus(retention)));
        send();
        Optional<RefereeCase> next = next();
        if (next.isPresent()) {
            look(next.get());
            send();
        }
    }

    private void send() {
        for (Finding finding :
                database.withConnection(connection -> FindingStore.unsent(connection, UNSENT_PER_ROUND))) {
            Refused refused = coordinator.find(finding) instanceof Refused not ? not : null;
            if (refused != null && refused.status() == FORBIDDEN && isFresh(finding)) {
                return;
            }
            String refusal = refused == null ? null : refused.reason();
            database.doInTransaction(
                    connection -> FindingStore.over(connection, finding.job(), refusal, clock.instant()));
            LOG.log(
                    refusal == null ? Level.INFO : Level.WARNING,
                    () -> "validator.found job=" + finding.job() + " output_sha=" + finding.outputSha()
                            + (refusal == null ? "" : " refused=" + refusal));
        }
    }

    /** A coordinator that has not read so far on the chain takes this validator for nobody's: it will read on, and nothing is lost till then. */
    private boolean isFresh(Finding finding) {
        return finding.foundAt().plus(PATIENCE).isAfter(clock.instant());
    }

    private Optional<RefereeCase> next() {
        String cursor = null;
        for (int i = 0; i < MAX_PAGES; i++) {
            Page<RefereeOffer> page = coordinator.cases(cursor);
            for (UUID id : unknown(page.items())) {
                Optional<RefereeCase> found = coordinator.referee(id);
                if (found.isPresent() && time(found.get()).isPositive()) {
                    return found;
                }
            }
            cursor = page.nextCursor();
            if (cursor == null) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private List<UUID> unknown(List<RefereeOffer> offers) {
        Set<UUID> all = offers.stream().map(RefereeOffer::id).collect(Collectors.toSet());
        Set<UUID> known = database.withConnection(connection -> FindingStore.known(connection, all));
        return offers.stream()
                .map(RefereeOffer::id)
                .filter(id -> !known.contains(id))
                .toList();
    }

    private Duration time(RefereeCase one) {
        Duration left = Duration.between(clock.instant(), one.until().minus(SLACK));
        return left.compareTo(limit) < 0 ? left : limit;
    }

    private void look(RefereeCase one) throws InterruptedException {
        switch (replayer.replay(one.request(), one.limits(), time(one))) {
            case Replayer.Found found -> {
                Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                Finding finding = new Finding(
                                one.id(),
                                seat.chain(),
                                seat.address(),
                                found.outputSha(),
                                WorkRequest.digest(one.request()),
                                now,
                                null)
                        .signed(seat.key());
                database.withConnection(connection -> FindingStore.keep(connection, finding, now));
            }
            case Replayer.Unable unable -> {
                LOG.log(Level.WARNING, () -> "validator.not_found job=" + one.id() + " reason=" + unable.reason());
                database.withConnection(
                        connection -> FindingStore.keepNothing(connection, one.id(), unable.reason(), clock.instant()));
            }
        }
    }
}
