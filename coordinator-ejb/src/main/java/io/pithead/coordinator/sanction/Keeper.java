package io.pithead.coordinator.sanction;

import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.chain.ChainStates.Change;
import io.pithead.coordinator.chain.ChainStates.Position;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.challenge.AttestationFacade;
import io.pithead.coordinator.node.NodeBans;
import io.pithead.coordinator.node.NodeBans.Bearer;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.sanction.FeedStore.Feed;
import io.pithead.coordinator.sanction.SanctionRow.Act;
import io.pithead.coordinator.sanction.core.SanctionPolicy;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Asked;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Ejection;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Facts;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Slash;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Standing;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Step;
import io.pithead.protocol.chain.Sanction.State;
import io.pithead.protocol.id.Ids;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Goes through what one chain's final blocks say of nodes, and through what is to follow. */
final class Keeper {
    private static final Logger LOG = System.getLogger(Keeper.class.getName());
    /** Of one transaction, and of one statement. */
    private static final int BATCH = 500;

    private static final String REJECTION = "rejection";
    private static final String EJECTION = "ejection";
    private static final List<String> KINDS = List.of(REJECTION, EJECTION);
    /** A node's change is seen when its transaction ends, which begins earlier. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    private static final UUID NOBODY = new UUID(0, 0);

    private static final String UNAUTHORIZED = "AccessControlUnauthorizedAccount";

    private final Database database;
    private final ChainGateway gateway;
    private final Outbox outbox;
    private final AttestationFacade attestations;
    private final NodeBans bans;
    private final SanctionConfig config;
    private final Known chain;
    private final String key;

    /** @param key that ejects and proposes */
    Keeper(
            Database database,
            ChainGateway gateway,
            Outbox outbox,
            AttestationFacade attestations,
            NodeBans bans,
            SanctionConfig config,
            Known chain,
            String key) {
        this.database = database;
        this.gateway = gateway;
        this.outbox = outbox;
        this.attestations = attestations;
        this.bans = bans;
        this.config = config;
        this.chain = chain;
        this.key = key;
    }

    void round(Instant time) {
        Instant now = time.truncatedTo(ChronoUnit.MICROS);
        String contract = chain.address(SanctionCalls.NODES);
        follow(contract, now);
        boolean asked = false;
        UUID after = null;
        List<UUID> open;
        do {
            UUID last = after;
            open = database.withConnection(
                    connection -> SanctionStore.open(connection, chain.chainId(), contract, last, BATCH));
            for (UUID id : open) {
                asked |= database.inTransaction(connection -> advance(connection, id, now));
                after = id;
            }
        } while (open.size() == BATCH);
        if (asked) {
            outbox.wake();
        }
    }

    /** What is new since the last round: of final blocks, and of nodes, which may have begun to bear an ejected address. */
    private void follow(String contract, Instant now) {
        Optional<Position> read =
                database.withConnection(connection -> ChainStates.position(connection, chain.chainId()));
        if (read.isEmpty()) {
            return;
        }
        Position position = read.get();
        Feed feed = database.inTransaction(
                connection -> FeedStore.open(connection, chain.chainId(), position.generation()));
        Change after = Change.before(feed.next());
        List<Change> page;
        do {
            Change last = after;
            page = database.withConnection(connection ->
                    ChainStates.changes(connection, chain.chainId(), KINDS, last, position.finalised(), BATCH));
            keepOut(of(page, EJECTION).map(Change::key).toList());
            find(contract, page, position, now);
            after = page.isEmpty() ? last : page.getLast();
        } while (page.size() == BATCH);
        keepOutOf(feed);
    }

    private static Stream<Change> of(List<Change> page, String kind) {
        return page.stream().filter(change -> change.kind().equals(kind));
    }

    /** With how far that is. The last block of a full page is read again: it may say more. */
    private void find(String contract, List<Change> page, Position position, Instant now) {
        List<Change> rejections = of(page, REJECTION).toList();
        long next = page.size() == BATCH ? page.getLast().block() : position.finalised() + 1;
        database.doInTransaction(connection -> {
            Set<String> known = SanctionStore.known(
                    connection,
                    chain.chainId(),
                    contract,
                    rejections.stream().map(Keeper::nodeOf).toList());
            for (Change rejection : rejections) {
                if (!known.contains(rejection.key())) {
                    found(connection, contract, rejection, now);
                }
            }
            FeedStore.followed(connection, chain.chainId(), position.generation(), next);
        });
    }

    private static String nodeOf(Change rejection) {
        return rejection.key().substring(0, rejection.key().indexOf('/'));
    }

    private void found(Connection connection, String contract, Change rejection, Instant now) throws SQLException {
        String node = nodeOf(rejection);
        // as it was then: it may belong to somebody else by now
        Map<String, String> rejected = ChainStates.beside(connection, chain.chainId(), rejection, "node", node)
                .orElseThrow(() -> new IllegalStateException("no node was rejected: " + rejection.key()));
        String off = config.isEnabled() ? null : SanctionConfig.ENABLED + " is false";
        var row = new SanctionRow(
                Ids.next(now),
                chain.chainId(),
                contract,
                node,
                Long.parseLong(rejection.key().substring(node.length() + 1)),
                rejected.getOrDefault("provider", ""),
                Integer.parseInt(rejection.body().getOrDefault("reason", "0")),
                attestations.newestInvalid(connection, chain.chainId(), node).orElse(null),
                off == null ? State.FOUND : State.REFUSED,
                amount(connection),
                null,
                null,
                null,
                null,
                null,
                null,
                off,
                off,
                now,
                now);
        if (SanctionStore.insert(connection, row)) {
            LOG.log(
                    Level.INFO,
                    () -> "sanction.found chain=" + chain.name() + " provider=" + row.provider() + " " + row.said());
        }
    }

    private BigInteger amount(Connection connection) throws SQLException {
        if (config.slash().isPresent()) {
            return config.slash().get();
        }
        return ChainStates.whenFinal(connection, chain.chainId(), "provider_parameters", "")
                .map(terms -> new BigInteger(terms.getOrDefault("stake_per_node", "0")))
                .orElse(BigInteger.ZERO);
    }

    /** @return whether something was asked of the chain */
    private boolean advance(Connection connection, UUID id, Instant now) throws SQLException {
        Optional<SanctionRow> locked = SanctionStore.lock(connection, id);
        if (locked.isEmpty()) {
            return false;
        }
        SanctionRow row = locked.get();
        Facts facts = facts(connection, row);
        boolean asked = row.ejectedAt() == null && eject(connection, row, facts, now);
        return slash(connection, row, facts, now) || asked;
    }

    private boolean eject(Connection connection, SanctionRow row, Facts facts, Instant now) throws SQLException {
        return switch (SanctionPolicy.ejection(facts)) {
            case Ejection.Ask ask -> row.ejectionRefusal() == null && ask(connection, row, Act.EJECT);
            case Ejection.Done done -> {
                SanctionStore.ejected(connection, row.id(), now);
                say(Level.INFO, row, "sanction.ejected");
                yield false;
            }
            case Ejection.Refused refused -> {
                if (row.ejectionRefusal() == null) {
                    SanctionStore.notEjected(connection, row.id(), refused.reason(), now);
                    say(Level.ERROR, row, "sanction.not_ejected reason=" + refused.reason());
                }
                yield false;
            }
            case Ejection.Wait wait -> false;
        };
    }

    private boolean slash(Connection connection, SanctionRow row, Facts facts, Instant now) throws SQLException {
        return switch (SanctionPolicy.slash(facts)) {
            case Step.Propose propose -> ask(connection, row, Act.SLASH);
            case Step.Execute execute -> ask(connection, row, Act.EXECUTE);
            case Step.Lapse lapse -> ask(connection, row, Act.LAPSE);
            case Step.Withdraw withdraw -> ask(connection, row, Act.WITHDRAW);
            case Step.Move move -> {
                SanctionStore.move(connection, row, move.to(), move.slash(), now);
                say(
                        Level.INFO,
                        row,
                        "sanction.moved from=" + row.state() + " to=" + move.to() + " slash="
                                + move.slash().number() + " minor="
                                + move.slash().amount());
                yield false;
            }
            case Step.Refuse refuse -> {
                SanctionStore.refuse(connection, row, refuse.reason(), now);
                say(Level.ERROR, row, "sanction.refused reason=" + refuse.reason());
                yield false;
            }
            case Step.Again again -> {
                SanctionStore.again(connection, row.id(), null, now);
                yield false;
            }
            case Step.Stuck stuck -> {
                if (row.refusal() == null) {
                    SanctionStore.stuck(connection, row.id(), stuck.reason(), now);
                    say(Level.ERROR, row, "sanction.stuck reason=" + stuck.reason());
                }
                yield false;
            }
            case Step.Wait wait -> false;
        };
    }

    private void say(Level level, SanctionRow row, String event) {
        LOG.log(
                level,
                () -> event + " chain=" + chain.name() + " node=" + row.node() + " round=" + row.round() + " provider="
                        + row.provider());
    }

    private boolean ask(Connection connection, SanctionRow row, Act act) throws SQLException {
        gateway.ask(connection, chain.chainId(), key, row.purpose(act), SanctionCalls.of(chain, row, act));
        return true;
    }

    private Facts facts(Connection connection, SanctionRow row) throws SQLException {
        boolean ejected = ChainStates.whenFinal(connection, chain.chainId(), "node", row.node())
                .map(node -> "true".equals(node.get("ejected")))
                .orElse(false);
        return new Facts(
                row.state(),
                ejected,
                asked(connection, row, Act.EJECT),
                slashOf(connection, row),
                asked(connection, row, Act.SLASH),
                asked(connection, row, Act.EXECUTE),
                asked(connection, row, Act.LAPSE),
                row.withdrawal() != null,
                asked(connection, row, Act.WITHDRAW),
                ChainStates.time(connection, chain.chainId()));
    }

    private Optional<Slash> slashOf(Connection connection, SanctionRow row) throws SQLException {
        Optional<String> number = row.slash() == null
                ? ChainStates.madeBy(connection, chain.chainId(), row.purpose(Act.SLASH), "slash")
                : Optional.of(Long.toString(row.slash()));
        if (number.isEmpty()) {
            return Optional.empty();
        }
        return ChainStates.whenFinal(connection, chain.chainId(), "slash", number.get())
                .map(body -> slash(number.get(), body));
    }

    private static Slash slash(String number, Map<String, String> body) {
        return new Slash(
                Long.parseLong(number),
                standing(body),
                new BigInteger(body.getOrDefault("amount", "0")),
                Instant.ofEpochSecond(Long.parseLong(body.getOrDefault("appeal_until", "0"))),
                time(body.get("decide_until")));
    }

    private static @Nullable Instant time(@Nullable String seconds) {
        return seconds == null ? null : Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    private static Standing standing(Map<String, String> body) {
        return switch (body.getOrDefault("state", "")) {
            case "executed" -> Standing.EXECUTED;
            case "appealed" -> Standing.APPEALED;
            // as the contract numbers them
            case "returned" ->
                switch (body.getOrDefault("why", "")) {
                    case "4" -> Standing.WITHDRAWN;
                    case "6" -> Standing.LAPSED;
                    default -> Standing.OVERTURNED;
                };
            default -> Standing.PROPOSED;
        };
    }

    private Optional<Asked> asked(Connection connection, SanctionRow row, Act act) throws SQLException {
        return gateway.find(connection, chain.chainId(), row.purpose(act)).map(asked -> asked(asked, act));
    }

    private Asked asked(ChainGateway.Asked asked, Act act) {
        return switch (asked.state()) {
            case ASKED, SIGNED, MINED -> new Asked.Underway();
            case DONE -> new Asked.Done();
            case REVERTED, REFUSED, LOST -> new Asked.Failed(why(String.valueOf(asked.error()), act));
        };
    }

    private String why(String error, Act act) {
        return error.startsWith(UNAUTHORIZED)
                ? "the key " + key + " is no " + SanctionCalls.role(act) + ": " + error
                : error;
    }

    /** Whatever was said of these addresses, what is so now is followed. */
    private void keepOut(List<String> addresses) {
        if (addresses.isEmpty()) {
            return;
        }
        var ejected = new ArrayList<String>();
        var reinstated = new ArrayList<String>();
        database.withConnection(connection ->
                        ChainStates.whenFinal(connection, chain.chainId(), EJECTION, Set.copyOf(addresses)))
                .forEach((address, body) -> ("true".equals(body.get("ejected")) ? ejected : reinstated).add(address));
        if (!ejected.isEmpty() || !reinstated.isEmpty()) {
            bans.follow(chain.chainId(), ejected, reinstated);
        }
    }

    private void keepOutOf(Feed feed) {
        Bearer after = new Bearer(NOBODY, "", feed.nodesAt().minus(OVERLAP));
        List<Bearer> page;
        do {
            page = bans.bearers(after, BATCH);
            keepOut(page.stream().map(Bearer::address).toList());
            after = page.isEmpty() ? after : page.getLast();
        } while (page.size() == BATCH);
        database.doInTransaction(connection -> FeedStore.compared(connection, chain.chainId(), feed.now()));
    }
}
