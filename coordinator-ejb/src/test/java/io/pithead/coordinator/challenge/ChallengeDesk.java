package io.pithead.coordinator.challenge;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.node.core.Pace;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.Metrics;
import io.pithead.coordinator.platform.Work;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

/** The real classes of this component on a real database, wired as the container does. */
final class ChallengeDesk {
    static final int MAX_OPEN = 5;

    final TestDatabase rows;
    final ValidatorFacade validators = new ValidatorFacade();
    final NodeAnswerFacade nodes = new NodeAnswerFacade();
    final AttestationFacade attestations = new AttestationFacade();
    final ChallengeRounds rounds = new ChallengeRounds();
    final ChallengeWaits waits = new ChallengeWaits();
    final ChallengeOffers offers = new ChallengeOffers();
    final ChallengeMetrics metrics = new ChallengeMetrics();

    ChallengeDesk(TestDatabase rows) {
        this.rows = rows;
        var config = new ChallengeConfig();
        var settings =
                Map.of("pithead.challenge.max-open", Integer.toString(MAX_OPEN), "pithead.challenge.network-mib", "4");
        config.read(new ConfigReader(key -> Optional.ofNullable(settings.get(key))));
        metrics.metrics = new Metrics();
        metrics.register();
        waits.database = rows.database();
        var carrier = new Carrier();
        carrier.database = rows.database();
        carrier.waits = waits;
        carrier.metrics = metrics;
        var work = new Work() {
            @Override
            public Executor answers() {
                return Runnable::run;
            }
        };
        validators.database = rows.database();
        validators.carrier = carrier;
        validators.waits = waits;
        validators.config = config;
        validators.seats = SeatsDesk.seats();
        validators.work = work;
        validators.nodes = new NodeFacade() {
            @Override
            public Pace pace() {
                return Pace.of(1, 1_000, Duration.ofSeconds(60), Duration.ofSeconds(3), Duration.ofSeconds(30));
            }
        };
        nodes.database = rows.database();
        nodes.carrier = carrier;
        nodes.waits = waits;
        nodes.openings = new OpeningReader();
        nodes.work = work;
        attestations.database = rows.database();
        rounds.database = rows.database();
        rounds.config = config;
        rounds.waits = waits;
        rounds.metrics = metrics;
    }

    Caller validator() {
        return new Caller(rows.account(), UUID.randomUUID(), Scope.VALIDATOR, "ph_validator_x");
    }

    Caller provider() {
        return new Caller(rows.account(), UUID.randomUUID(), Scope.MINER, "ph_miner_x");
    }

    /** A machine of the provider's that says the address is its node's, and is online. */
    UUID machine(Caller provider, String address) {
        UUID id = rows.node(provider.accountId());
        rows.update(
                "update node set capabilities = ?::json where id = ?",
                Json.text(Map.of(
                        "miner_id",
                        id.toString(),
                        "mode",
                        "gpu",
                        "gpu",
                        true,
                        "node_address",
                        address,
                        "hardware",
                        Map.of("ram_mb", 8_000, "network", Map.of("hostname", "of-its-owner")))),
                id);
        rows.update("insert into node_liveness (node_id, last_seen_at) values (?, now())", id);
        return id;
    }

    void silent(UUID machine) {
        rows.update("update node_liveness set last_seen_at = now() - interval '1 hour' where node_id = ?", machine);
    }

    ChallengeState state(UUID challenge) {
        return ChallengeState.valueOf(rows.text("select state from challenge where id = ?", challenge));
    }

    /** A validator and a node that have come so far with each other. */
    final class Story {
        final Parties parties;
        final Caller validator;
        final Caller provider = provider();
        final UUID machine;
        final Challenge challenge;
        final Commitment commitment;
        final Question question;

        Story() {
            this(new Parties(0), validator());
        }

        Story(Parties parties, Caller validator) {
            this.parties = parties;
            this.validator = validator;
            machine = machine(provider, parties.node.address().text());
            challenge = parties.challenge(Instant.now());
            commitment = parties.commitment(challenge);
            question = parties.question(commitment, Instant.now().plusSeconds(60));
        }

        Story offered() {
            validators.offer(validator, challenge);
            return this;
        }

        Story committed() {
            offered();
            nodes.commit(provider, challenge.id(), commitment);
            return this;
        }

        Story asked() {
            committed();
            validators.ask(validator, challenge.id(), question);
            return this;
        }
    }
}
