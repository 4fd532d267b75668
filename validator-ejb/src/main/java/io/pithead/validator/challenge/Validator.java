package io.pithead.validator.challenge;

import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Bell;
import io.pithead.coordinator.platform.Database;
import io.pithead.validator.challenge.core.Planning;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.function.Supplier;

/** The parts of one validator: who plans, prepares, looks, judges and publishes. */
record Validator(
        Planner planner, Preparing preparing, Looking looking, Judging judging, Publishing publishing, Bell bell) {
    /** @param validators of the chain, as they are now */
    static Validator of(
            Database database,
            Outbox outbox,
            CoordinatorApi coordinator,
            Seat seat,
            Terms terms,
            Supplier<Collection<String>> validators,
            InstantSource clock) {
        var random = new SecureRandom();
        var judged = new Bell();
        Supplier<Planning> planning = () -> new Planning(
                seat.address(),
                validators.get(),
                terms.epoch(),
                terms.challenges(),
                terms.memory(),
                terms.storage(),
                terms.network(),
                terms.container(),
                terms.duty(),
                terms.coreSpeed());
        return new Validator(
                new Planner(database, outbox, coordinator, terms, planning, clock, random::nextDouble),
                new Preparing(database, coordinator, seat, clock, random),
                new Looking(database, outbox, coordinator, seat, clock, random),
                new Judging(database, coordinator, clock, judged::ring),
                new Publishing(database, coordinator, seat, terms.good(), clock),
                judged);
    }
}
