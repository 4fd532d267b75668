package io.pithead.validator.challenge;

import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.chain.SigningKey;
import io.pithead.coordinator.chain.ValidatorVotes;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Platform;
import io.pithead.coordinator.platform.Roles;
import io.pithead.coordinator.platform.ValidatorKeyWanted;
import io.pithead.db.Schema;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** This instance's validator, where it is one: its loops, and what its consumers work with. */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class ValidatorStart {
    private static final Logger LOG = System.getLogger(ValidatorStart.class.getName());
    private static final Duration PLAN_PAUSE = Duration.ofSeconds(5);
    private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);
    /** Between looks at what nobody was told of. */
    private static final Duration PUBLISH_PAUSE = Duration.ofSeconds(2);

    private static final Duration REFEREE_PAUSE = Duration.ofSeconds(5);
    private static final Duration CHARGE_PAUSE = Duration.ofSeconds(5);
    private static final Duration VOTE_PAUSE = Duration.ofSeconds(5);
    /** A round may wait for a slow coordinator many times. */
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(15);

    @Resource(lookup = Platform.DATA_SOURCE)
    DataSource dataSource;

    @Inject
    Platform platform;

    @Inject
    Roles roles;

    @Inject
    ValidatorConfig config;

    @Inject
    Database database;

    @Inject
    Outbox outbox;

    @Inject
    KnownChains chains;

    @Inject
    ValidatorVotes votes;

    @Inject
    ValidatorDesk desk;

    @Inject
    Loops loops;

    @Inject
    Event<ValidatorKeyWanted> keyWanted;

    private volatile @Nullable Validator validator;
    private @Nullable Refereeing refereeing;
    private @Nullable Charging charging;

    @PostConstruct
    void start() {
        platform.await();
        Optional<URI> coordinator = config.coordinator();
        if (!roles.has(Roles.Role.VALIDATOR) || !config.isWanted() || coordinator.isEmpty()) {
            LOG.log(Level.INFO, () -> "validator.off " + why());
            desk.begin(null);
            return;
        }
        Schema.migrateValidator(dataSource);
        if (config.isOwnCoordinator()) {
            keyWanted.fire(new ValidatorKeyWanted(config.apiKey()));
        }
        var api = new CoordinatorApi(coordinator.get(), new ApiKeyFile(config.apiKey()), config.timeout());
        loops.onStop(api::close);
        loops.start(
                "validator-plan",
                PLAN_PAUSE,
                ALLOWED_AGE,
                () -> validator(api).planner().round());
        loops.start(
                "validator-look",
                LOOK_PAUSE,
                ALLOWED_AGE,
                () -> validator(api).looking().round());
        loops.start("validator-publish", Duration.ZERO, ALLOWED_AGE, () -> publish(validator(api)));
        if (config.referee().place() != RefereeTerms.Place.OFF) {
            loops.start(
                    "validator-referee",
                    REFEREE_PAUSE,
                    config.referee().limit().plus(ALLOWED_AGE),
                    () -> refereeing(api).round());
            // who does no job once more would say of every charge that it does not know
            loops.start(
                    "validator-charge",
                    CHARGE_PAUSE,
                    ALLOWED_AGE,
                    () -> charging(api).round());
        }
        long chain = config.chain();
        if (chain != 0) {
            var voting = new Voting(
                    database, (node, vote, why) -> votes.cast(chain, node, vote, why), InstantSource.system());
            loops.start("validator-vote", VOTE_PAUSE, ALLOWED_AGE, voting::round);
        }
    }

    private String why() {
        if (!roles.has(Roles.Role.VALIDATOR)) {
            return "pithead.roles has no validator";
        }
        return config.isWanted()
                ? "pithead.validator.coordinator is not set"
                : "neither pithead.validator.chain nor pithead.validator.keystore.file is set: no node is challenged from here";
    }

    private static void publish(Validator validator) throws InterruptedException {
        validator.bell().await(PUBLISH_PAUSE);
        validator.publishing().round();
    }

    /** In a loop and not at the start: a chain is known a moment later, and a key takes a second to be opened. */
    private synchronized Validator validator(CoordinatorApi api) {
        Validator running = validator;
        if (running == null) {
            Seat seat = seat();
            running = Validator.of(
                    database,
                    outbox,
                    api,
                    seat,
                    config.terms(),
                    new ChainValidators(database, seat.chain()),
                    InstantSource.system());
            validator = running;
            desk.begin(running);
            LOG.log(Level.INFO, () -> "validator.on address=" + seat.address() + " chain=" + seat.chain());
        }
        return running;
    }

    private synchronized Refereeing refereeing(CoordinatorApi api) {
        Refereeing running = refereeing;
        if (running == null) {
            running = new Refereeing(
                    database,
                    api,
                    seat(),
                    new Replayer(config.referee()),
                    config.referee().limit(),
                    config.terms().retention(),
                    InstantSource.system());
            refereeing = running;
        }
        return running;
    }

    private synchronized Charging charging(CoordinatorApi api) {
        Charging running = charging;
        if (running == null) {
            running = new Charging(
                    database,
                    api,
                    config.terms().retention(),
                    InstantSource.system(),
                    validator(api).bell()::ring);
            charging = running;
        }
        return running;
    }

    private Seat seat() {
        long chain = config.chain();
        if (chain == 0) {
            return new Seat(
                    0, SigningKey.load(config.keystore(), config.password()).wallet());
        }
        return chains.find(chain)
                .map(KnownChains.Known::key)
                .map(key -> new Seat(chain, key.wallet()))
                .orElseThrow(() -> new IllegalStateException("there is no chain " + chain + " with a key here"));
    }
}
