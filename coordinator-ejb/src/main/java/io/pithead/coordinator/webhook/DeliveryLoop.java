package io.pithead.coordinator.webhook;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.webhook.core.Outcome;
import io.pithead.coordinator.webhook.core.RetryPolicy.Decision;
import io.pithead.coordinator.webhook.core.Signature;
import io.pithead.coordinator.webhook.core.TargetUrl;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.DoubleSupplier;

/** One round: apply what has ended, claim as much as there is room for, hand it to the calling threads. */
final class DeliveryLoop {
    private static final Logger LOG = System.getLogger(DeliveryLoop.class.getName());
    private static final int MAX_CLAIMS_PER_ROUND = 8;
    private static final String FROM_THE_START = "";

    private final Database database;
    private final WebhookSecrets secrets;
    private final WebhookConfig config;
    private final HttpCaller caller;
    private final Executor threads;
    private final Runnable wake;
    private final InstantSource clock;
    private final DoubleSupplier chance;

    private final CallsInFlight inFlight = new CallsInFlight();
    /** Bounded by the calls in flight. */
    private final BlockingQueue<Result> results = new LinkedBlockingQueue<>();
    /** Results whose transaction failed: they stay in flight until it goes through. */
    private final List<Result> unapplied = new ArrayList<>();

    private String cursor = FROM_THE_START;

    DeliveryLoop(
            Database database,
            WebhookSecrets secrets,
            WebhookConfig config,
            HttpCaller caller,
            Executor threads,
            Runnable wake,
            InstantSource clock,
            DoubleSupplier chance) {
        this.database = database;
        this.secrets = secrets;
        this.config = config;
        this.caller = caller;
        this.threads = threads;
        this.wake = wake;
        this.clock = clock;
        this.chance = chance;
    }

    /** @return whether there is more to do at once */
    boolean round() {
        apply();
        for (int i = 0; i < MAX_CLAIMS_PER_ROUND && inFlight.free() > 0; i++) {
            int claimed = claim();
            if (claimed == 0 && cursor.equals(FROM_THE_START)) {
                return false;
            }
        }
        return inFlight.free() > 0;
    }

    private void apply() {
        results.drainTo(unapplied);
        if (unapplied.isEmpty()) {
            return;
        }
        database.doInTransaction(connection -> DeliveryStore.apply(connection, unapplied));
        for (Result result : unapplied) {
            inFlight.ended(result.claim());
            if (result.decision() instanceof Decision.GiveUp gone) {
                LOG.log(
                        Level.INFO,
                        () -> "webhook.dead delivery=" + result.claim().deliveryId() + " job="
                                + result.claim().jobId() + " reason=" + gone.reason());
            }
        }
        unapplied.clear();
    }

    private int claim() {
        List<String> hosts = database.withConnection(connection -> DeliveryStore.hostsAfter(connection, cursor));
        cursor = hosts.size() < DeliveryStore.HOSTS_PER_ROUND ? FROM_THE_START : hosts.getLast();
        Map<String, Integer> room = inFlight.room(hosts);
        if (room.isEmpty()) {
            return 0;
        }
        int limit = Math.min(inFlight.free(), CallsInFlight.PER_ACCOUNT);
        List<Claim> claims = database.inTransaction(connection -> claim(connection, room, limit));
        claims.forEach(this::begin);
        return claims.size();
    }

    private List<Claim> claim(Connection connection, Map<String, Integer> room, int limit) throws SQLException {
        List<Claim> claims = DeliveryStore.claim(connection, room, inFlight.resting(), limit);
        var complete = new ArrayList<Claim>();
        for (Claim claim : claims) {
            complete.add(claim.sealedSecret() == null && claim.isCallback() ? withNewSecret(connection, claim) : claim);
        }
        return complete;
    }

    /** An account that never asked for its secret has its calls signed all the same. */
    private Claim withNewSecret(Connection connection, Claim claim) throws SQLException {
        UUID account = claim.accountId();
        byte[] sealed = SubscriptionStore.secretOf(connection, account, secrets.seal(account, secrets.fresh()));
        return new Claim(
                claim.jobId(),
                claim.target(),
                claim.token(),
                account,
                claim.host(),
                claim.deliveryId(),
                claim.url(),
                claim.event(),
                claim.body(),
                claim.attempts(),
                claim.age(),
                sealed);
    }

    private void begin(Claim claim) {
        inFlight.began(claim);
        try {
            threads.execute(() -> run(claim));
        } catch (RejectedExecutionException e) {
            // closing: the claim runs out and another instance takes the stream
            inFlight.ended(claim);
        }
    }

    private void run(Claim claim) {
        results.add(new Result(claim, decide(claim)));
        wake.run();
    }

    private Decision decide(Claim claim) {
        byte[] sealed = claim.sealedSecret();
        if (sealed == null) {
            // the subscription was deleted: nobody wants to hear of it any more
            return new Decision.Delivered();
        }
        Outcome outcome;
        try {
            outcome = call(claim, sealed);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "webhook.call_failed delivery=" + claim.deliveryId(), e);
            outcome = new Outcome.Unreached("the call could not be made");
        }
        return config.retry().decide(outcome, claim.attempts() + 1, claim.age(), chance.getAsDouble());
    }

    private Outcome call(Claim claim, byte[] sealed) {
        return switch (TargetUrl.parse(claim.url(), config.ports())) {
            case TargetUrl.Refused refused -> new Outcome.Forbidden("the URL " + refused.reason());
            case TargetUrl.Accepted accepted -> {
                byte[] body = claim.body().getBytes(StandardCharsets.UTF_8);
                String secret = secrets.open(claim.target(), sealed);
                yield caller.post(new HttpCaller.Call(
                        accepted.uri(),
                        body,
                        Signature.header(secret, clock.instant().getEpochSecond(), body),
                        claim.deliveryId().toString(),
                        claim.event()));
            }
        };
    }
}
