package io.pithead.coordinator.chain;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.chain.OperatorCalls.NodeAct;
import io.pithead.coordinator.chain.OperatorCalls.ProviderAct;
import io.pithead.coordinator.chain.OperatorCalls.ValidatorAct;
import io.pithead.coordinator.chain.OperatorCalls.Verdict;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.chain.ChainOrder;
import io.pithead.protocol.chain.ChainTerms;
import io.pithead.protocol.chain.MintRequest;
import io.pithead.protocol.chain.PublicChains;
import io.pithead.protocol.chain.StakeTerms;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the operator orders on a chain. An order is a transaction of the coordinator's key, which the gateway brings there; the
 * contracts decide whether the key may, and the order says so later.
 */
@ApplicationScoped
public class ChainOrders {
    private static final int SALT_BYTES = 32;
    private static final String PURPOSE = "operator/";
    private static final String FIND = """
            select t.*, (select a.hash from chain_attempt a where a.transaction_id = t.id order by a.seq desc limit 1) as hash
              from chain_transaction t where t.id = ? and t.chain_id = ?""";

    @Inject
    Database database;

    @Inject
    KnownChains chains;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    @Inject
    Audit audit;

    /** As everybody may know them. */
    public PublicChains terms(@Nullable Long settling) {
        return new PublicChains(chains.all().stream()
                .map(chain -> new ChainTerms(
                        chain.chainId(),
                        chain.name(),
                        settling != null && settling == chain.chainId(),
                        chain.contracts().entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(one -> new ChainTerms.Contract(
                                        one.getKey(),
                                        one.getValue().address(),
                                        one.getValue().codeHash()))
                                .toList(),
                        chain.key() == null ? null : chain.key().address()))
                .toList());
    }

    /** @param act {@code whitelist}, {@code delist}, {@code blacklist} or {@code pardon} */
    public ChainOrder provider(Caller by, long chainId, String act, Address provider, @Nullable String reason) {
        ProviderAct order = act(ProviderAct.class, act);
        return order(
                by,
                chainId,
                "chain." + act,
                provider.text(),
                reason,
                chain -> OperatorCalls.provider(
                        chain, order, provider.text(), order.needsReason() ? given(reason) : ""));
    }

    /** @param act {@code eject}, {@code reinstate}, {@code approve} or {@code reject}; the latter two are a validator's votes */
    public ChainOrder node(Caller by, long chainId, String act, Address node, @Nullable String reason) {
        return order(by, chainId, "chain." + act, node.text(), reason, chain -> switch (act) {
            case "approve" -> vote(chain, node, Verdict.APPROVED, reason);
            case "reject" -> vote(chain, node, Verdict.REJECTED, given(reason));
            default -> OperatorCalls.node(chain, act(NodeAct.class, act), node.text(), given(reason));
        });
    }

    /** @param act {@code add} or {@code remove} */
    public ChainOrder validator(Caller by, long chainId, String act, Address validator) {
        ValidatorAct order = act(ValidatorAct.class, act);
        return order(
                by,
                chainId,
                "chain." + act + "_validator",
                validator.text(),
                null,
                chain -> OperatorCalls.validator(chain, order, validator.text()));
    }

    private Intent vote(Known chain, Address node, Verdict verdict, @Nullable String reason) {
        BigInteger round = read(chain, OperatorCalls.roundOf(chain, node.text(), verdict));
        return OperatorCalls.vote(chain, node.text(), round, verdict, reason == null ? "" : reason);
    }

    public ChainOrder pause(Caller by, long chainId, String contract, boolean on) {
        if (!OperatorCalls.PAUSABLE.contains(contract)) {
            throw new CoordinatorException(
                    ErrorCode.NOT_FOUND,
                    "There is no such contract that can be paused.",
                    Map.of("contracts", OperatorCalls.PAUSABLE));
        }
        return order(
                by,
                chainId,
                on ? "chain.pause" : "chain.unpause",
                contract,
                null,
                chain -> OperatorCalls.pause(chain, contract, on));
    }

    public ChainOrder mint(Caller by, long chainId, MintRequest request) {
        return order(
                by,
                chainId,
                "chain.mint",
                request.to(),
                request.amount(),
                chain -> OperatorCalls.mint(chain, request.to(), request.amount()));
    }

    /** Says what is to hold; after the timelock's delay {@link #apply} makes it hold, with the same terms. */
    public ChainOrder announce(Caller by, long chainId, StakeTerms terms) {
        UUID id = Ids.next(Instant.now());
        return order(by, chainId, id, "chain.stake_terms", id.toString(), terms.toString(), chain -> {
            BigInteger delay = read(chain, OperatorCalls.delay(chain));
            return OperatorCalls.schedule(chain, terms, salt(id), delay);
        });
    }

    /** @param announced the transaction that said so */
    public ChainOrder apply(Caller by, long chainId, UUID announced, StakeTerms terms) {
        String purpose = find(chainId, announced).purpose();
        if (!purpose.startsWith(PURPOSE)) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "This transaction announced no terms.");
        }
        byte[] salt = salt(UUID.fromString(purpose.substring(PURPOSE.length())));
        return order(
                by,
                chainId,
                "chain.stake_terms_applied",
                announced.toString(),
                null,
                chain -> OperatorCalls.execute(chain, terms, salt));
    }

    private static byte[] salt(UUID order) {
        return ByteBuffer.allocate(SALT_BYTES)
                .putLong(order.getMostSignificantBits())
                .putLong(order.getLeastSignificantBits())
                .array();
    }

    public ChainOrder find(long chainId, UUID id) {
        return database.withConnection(connection -> find(connection, chainId, id))
                .orElseThrow(() ->
                        new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such transaction of this chain."));
    }

    private static Optional<ChainOrder> find(Connection connection, long chainId, UUID id) throws SQLException {
        try (var select = connection.prepareStatement(FIND)) {
            new Columns(connection, select).set(id).set(chainId);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new ChainOrder(
                                id,
                                chainId,
                                row.getString("purpose"),
                                row.getString("state"),
                                row.getString("hash"),
                                row.getString("error_code"),
                                row.getString("error")))
                        : Optional.empty();
            }
        }
    }

    /** What is to be called, once the chain is known to have it. */
    @FunctionalInterface
    private interface Call {
        Intent on(Known chain);
    }

    private ChainOrder order(Caller by, long chainId, String action, String target, @Nullable String said, Call call) {
        return order(by, chainId, Ids.next(Instant.now()), action, target, said, call);
    }

    private ChainOrder order(
            Caller by, long chainId, UUID id, String action, String target, @Nullable String said, Call call) {
        Known chain = chains.find(chainId)
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such chain here."));
        SigningKey key = chain.key();
        if (key == null) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "This chain is only read here: it has no key in the chains' file.");
        }
        if (chain.contracts().isEmpty()) {
            throw new CoordinatorException(
                            ErrorCode.UNAVAILABLE, "The chain's contracts are not there yet: ask again in a moment.")
                    .withRetryAfter(1);
        }
        Intent intent = call.on(chain);
        UUID transaction = database.inTransaction(connection -> {
            UUID asked = gateway.ask(connection, chainId, key.address(), PURPOSE + id, intent);
            audit.record(
                    connection,
                    by,
                    action,
                    target,
                    said == null
                            ? Map.of("chain", chainId, "transaction", asked)
                            : Map.of("chain", chainId, "transaction", asked, "said", said),
                    Instant.now());
            return asked;
        });
        outbox.wake();
        return find(chainId, transaction);
    }

    private BigInteger read(Known chain, Intent call) {
        try {
            return new BigInteger(1, chains.read(chain.chainId(), call));
        } catch (RpcException e) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE,
                    "The chain does not answer what is needed for this.",
                    Map.of("reason", String.valueOf(e.getMessage())));
        }
    }

    private static String given(@Nullable String reason) {
        if (reason == null || reason.isBlank()) {
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD,
                    "The body is not what this path takes.",
                    Map.of("/reason", "must be given"));
        }
        return reason;
    }

    private static <T extends Enum<T>> T act(Class<T> acts, String word) {
        for (T one : acts.getEnumConstants()) {
            if (one.name().equalsIgnoreCase(word)) {
                return one;
            }
        }
        throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such order.");
    }
}
