package io.pithead.coordinator.settlement;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.discovery.Signatures;
import io.pithead.coordinator.discovery.Signer;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.settlement.Settling.Chain;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.wallet.Claim;
import io.pithead.protocol.wallet.Leaf;
import io.pithead.protocol.wallet.PayoutAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where an account is paid, and what it may claim there. */
@ApplicationScoped
public class PayoutFacade {
    private static final String PATH = "/v1/wallet/payout";
    private static final String NOBODY = "0x" + "0".repeat(40);
    private static final int SOON = 5;

    @Inject
    Database database;

    @Inject
    Settling settling;

    @Inject
    KnownChains chains;

    @Inject
    Trees trees;

    @Inject
    Signatures signatures;

    @Inject
    Audit audit;

    public PayoutAddress find(UUID account) {
        long chain = settling.require().id();
        return database.withConnection(connection -> address(connection, chain, account, ""))
                .map(address -> new PayoutAddress(chain, address))
                .orElseThrow(PayoutFacade::noAddress);
    }

    private static CoordinatorException noAddress() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "This account has no payout address yet.");
    }

    /**
     * The first one is the key's to say. Another one needs the wallet of the one before, or an operator: a key that was stolen
     * takes no money elsewhere.
     *
     * @param signed of this request, by the wallet of the address before, or nothing
     */
    public PayoutAddress set(Caller caller, PayoutAddress wanted, @Nullable String signed) {
        requirePayable(wanted);
        Optional<Signer> signer = Optional.ofNullable(signed).map(header -> signer(header, wanted));
        return database.inTransaction(connection -> {
            if (insert(connection, caller.accountId(), wanted)) {
                record(connection, caller, caller.accountId(), Optional.empty(), wanted);
                return wanted;
            }
            String before = address(connection, wanted.chain(), caller.accountId(), " for update")
                    .orElseThrow(PayoutFacade::noAddress);
            if (!before.equals(wanted.address())) {
                requireOwner(connection, wanted.chain(), before, signer);
                update(connection, caller.accountId(), wanted);
                record(connection, caller, caller.accountId(), Optional.of(before), wanted);
            }
            return wanted;
        });
    }

    /** By an operator, whose word is enough. */
    public PayoutAddress setFor(Caller operator, UUID account, PayoutAddress wanted) {
        requirePayable(wanted);
        return database.inTransaction(connection -> {
            requireAccount(connection, account);
            if (insert(connection, account, wanted)) {
                record(connection, operator, account, Optional.empty(), wanted);
                return wanted;
            }
            Optional<String> before = address(connection, wanted.chain(), account, " for update");
            update(connection, account, wanted);
            record(connection, operator, account, before, wanted);
            return wanted;
        });
    }

    private void requirePayable(PayoutAddress wanted) {
        Chain chain = settling.require();
        if (wanted.chain() != chain.id()) {
            throw wrong("/chain", "must be " + chain.id() + ", the chain that settles");
        }
        boolean isContract = chains.find(chain.id()).stream()
                .flatMap(known -> known.contracts().values().stream())
                .anyMatch(contract -> contract.address().equals(wanted.address()));
        if (wanted.address().equals(NOBODY) || isContract) {
            throw wrong("/address", "must be a wallet's, not " + (isContract ? "a contract of ours" : "nobody's"));
        }
    }

    private static CoordinatorException wrong(String pointer, String problem) {
        return new CoordinatorException(ErrorCode.INVALID_PAYLOAD, "A member is wrong.", Map.of(pointer, problem));
    }

    private Signer signer(String header, PayoutAddress wanted) {
        Signatures.Checked checked = signatures.check(header, "PUT", PATH, Instant.now());
        if (!checked.request().isOfBody(Json.write(wanted))) {
            throw new CoordinatorException(ErrorCode.SIGNATURE_INVALID, "The signature is of another body.");
        }
        return checked.signer();
    }

    private void requireOwner(Connection connection, long chain, String before, Optional<Signer> signer)
            throws SQLException {
        boolean isOwner = signer.isPresent()
                && signer.get().chain() == chain
                && signer.get().address().text().equals(before);
        if (!isOwner) {
            throw new CoordinatorException(
                    ErrorCode.FORBIDDEN_SIGNER,
                    "Another address needs the signature of the wallet that is paid now, or an operator.",
                    Map.of("address", before));
        }
        signatures.take(connection, signer.get());
    }

    private static boolean insert(Connection connection, UUID account, PayoutAddress wanted) throws SQLException {
        try (var insert = connection.prepareStatement("insert into payout_address (chain_id, account_id, address)"
                + " values (?, ?, ?) on conflict (chain_id, account_id) do nothing")) {
            new Columns(connection, insert).set(wanted.chain()).set(account).set(wanted.address());
            return insert.executeUpdate() == 1;
        }
    }

    private static void update(Connection connection, UUID account, PayoutAddress wanted) throws SQLException {
        try (var update = connection.prepareStatement(
                "update payout_address set address = ?, set_at = now() where chain_id = ? and account_id = ?")) {
            new Columns(connection, update)
                    .set(wanted.address())
                    .set(wanted.chain())
                    .set(account);
            update.executeUpdate();
        }
    }

    private void record(Connection connection, Caller by, UUID account, Optional<String> before, PayoutAddress wanted)
            throws SQLException {
        audit.record(
                connection,
                by,
                "payout.set",
                account.toString(),
                before.<Map<String, ?>>map(address -> Map.of("chain", wanted.chain(), "address", address))
                        .orElse(Map.of()),
                Map.of("chain", wanted.chain(), "address", wanted.address()),
                Instant.now());
    }

    private static void requireAccount(Connection connection, UUID account) throws SQLException {
        try (var select = connection.prepareStatement("select 1 from account where id = ?")) {
            new Columns(connection, select).set(account);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such account.");
                }
            }
        }
    }

    private static Optional<String> address(Connection connection, long chain, UUID account, String lock)
            throws SQLException {
        try (var select = connection.prepareStatement(
                "select address from payout_address where chain_id = ? and account_id = ?" + lock)) {
            new Columns(connection, select).set(chain).set(account);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString("address")) : Optional.empty();
            }
        }
    }

    /** Under the newest root that is active, or else the newest that is pending. */
    public Claim claim(UUID account) {
        Chain chain = settling.require();
        return database.inTransaction(connection -> {
            String address = address(connection, chain.id(), account, "").orElseThrow(PayoutFacade::noAddress);
            var store = new EpochStore(chain.id());
            Optional<EpochRow> epoch = store.claimable(connection);
            Optional<Leaf> leaf = epoch.isEmpty()
                    ? Optional.empty()
                    : new LeafStore(chain.id()).find(connection, epoch.get(), address);
            String claimed = claimed(connection, chain, address);
            return leaf.isEmpty()
                    ? new Claim(
                            chain.id(),
                            chain.rewards().text(),
                            address,
                            null,
                            null,
                            Money.format(BigInteger.ZERO),
                            claimed,
                            List.of(),
                            null)
                    : claim(chain, epoch.orElseThrow(), leaf.get(), claimed);
        });
    }

    private Claim claim(Chain chain, EpochRow epoch, Leaf leaf, String claimed) {
        Trees.Kept kept = trees.served()
                .filter(tree -> tree.isOf(chain) && tree.epoch() == epoch.number())
                .orElseThrow(() -> new CoordinatorException(ErrorCode.UNAVAILABLE, "The tree is being built.")
                        .withRetryAfter(SOON));
        return new Claim(
                chain.id(),
                chain.rewards().text(),
                leaf.account(),
                epoch.number(),
                epoch.root(),
                leaf.cumulative(),
                claimed,
                kept.proof(leaf.index()),
                epoch.activeAt());
    }

    /** As the newest block has it: nothing moves by it. */
    private String claimed(Connection connection, Chain chain, String address) throws SQLException {
        return Money.format(ChainStates.newest(connection, chain.id(), "claimant", address)
                .map(body -> new BigInteger(body.getOrDefault("claimed", "0")))
                .orElse(BigInteger.ZERO));
    }
}
