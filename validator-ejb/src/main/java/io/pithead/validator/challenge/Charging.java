package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.Finding;
import io.pithead.validator.challenge.FindingStore.Ended;
import io.pithead.validator.challenge.core.ChargeJudge;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges nodes that are charged with wrong answers, once it is known of each answer what was found of it, or that nothing will be. The answers
 * are done once more as every case is, by {@link Refereeing}; here nothing but what it found is looked at.
 */
final class Charging {
    /** For clocks that differ; when a charge is over, no finding of it is taken any more. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private static final Logger LOG = System.getLogger(Charging.class.getName());
    private static final int MAX_PAGES = 10;
    /** A coordinator that makes charges up keeps no more of this validator busy. */
    private static final int MAX_OPEN = 200;

    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");

    private final Database database;
    private final CoordinatorApi coordinator;
    private final Duration retention;
    private final InstantSource clock;
    private final Runnable judged;

    /** @param judged is told of each verdict that stands */
    Charging(Database database, CoordinatorApi coordinator, Duration retention, InstantSource clock, Runnable judged) {
        this.database = database;
        this.coordinator = coordinator;
        this.retention = retention;
        this.clock = clock;
        this.judged = judged;
    }

    void round() {
        database.doInTransaction(
                connection -> ChargeStore.forget(connection, clock.instant().minus(retention)));
        remember();
        for (Charge charge : database.withConnection(connection -> ChargeStore.open(connection, MAX_OPEN))) {
            judge(charge);
        }
    }

    private void remember() {
        String cursor = null;
        for (int i = 0; i < MAX_PAGES; i++) {
            Page<Charge> page = coordinator.charges(cursor);
            Instant now = clock.instant();
            page.items().stream().filter(charge -> isFit(charge, now)).forEach(charge -> remember(charge, now));
            cursor = page.nextCursor();
            if (cursor == null) {
                return;
            }
        }
    }

    private void remember(Charge charge, Instant now) {
        if (database.withConnection(connection -> ChargeStore.remember(connection, charge, now, MAX_OPEN))) {
            LOG.log(
                    Level.INFO,
                    () -> "validator.charged charge=" + charge.id() + " node=" + charge.node() + " answers="
                            + charge.answers().size());
        }
    }

    /** A charge is no message with checks of its own: what a coordinator sends may lack anything. */
    private static boolean isFit(Charge charge, Instant now) {
        int answers = charge.answers().size();
        return Stream.of(charge.id(), charge.node(), charge.until()).allMatch(Objects::nonNull)
                && ADDRESS.matcher(charge.node()).matches()
                && answers > 0
                && answers <= Charge.MAX_ANSWERS
                && charge.answers().stream()
                        .flatMap(answer -> Stream.of(answer.referee(), answer.claim()))
                        .allMatch(Objects::nonNull)
                && charge.until().isAfter(now.minus(GRACE))
                && charge.until().isBefore(now.plus(LONGEST));
    }

    private void judge(Charge charge) {
        Set<UUID> cases = charge.answers().stream().map(Charge.Answer::referee).collect(Collectors.toSet());
        Map<UUID, Ended> ended = database.withConnection(connection -> FindingStore.ended(connection, cases));
        Instant now = clock.instant();
        if (ended.size() < cases.size() && now.isBefore(charge.until().plus(GRACE))) {
            return;
        }
        // only what the coordinator has: by it others see what the verdict rests on
        var findings = new HashMap<UUID, Finding>();
        ended.forEach((id, one) -> {
            if (one.taken() != null) {
                findings.put(id, one.taken());
            }
        });
        VerdictReason reason = ChargeJudge.judge(charge, findings);
        String evidence = Charge.evidence(charge.answers(), findings);
        if (database.withConnection(connection -> ChargeStore.judge(connection, charge.id(), reason, evidence, now))) {
            LOG.log(
                    Level.INFO,
                    () -> "validator.judged charge=" + charge.id() + " node=" + charge.node() + " verdict="
                            + reason.verdict() + " reason=" + reason);
            judged.run();
        }
    }
}
