package io.pithead.coordinator.settlement;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The chain that settles. */
@ApplicationScoped
public class Settling {
    private static final String REWARDS = "Rewards";
    private static final String TOKEN = "AiToken";

    @Inject
    KnownChains chains;

    @Inject
    SettlementConfig config;

    /**
     * @param rewards the contract
     * @param key that posts roots and pays what no buyer's escrow pays
     */
    record Chain(long id, String name, Address rewards, Address token, Address key) {}

    /** None where there is none, or not yet, or none that one could mean. */
    Optional<Chain> find() {
        List<Known> known = chains.all();
        Optional<Known> chosen = config.chain().isPresent()
                ? chains.find(config.chain().getAsLong())
                : known.size() == 1 ? Optional.of(known.getFirst()) : Optional.empty();
        return chosen.flatMap(Settling::chain);
    }

    private static Optional<Chain> chain(Known known) {
        var key = known.key();
        if (key == null || !known.has(REWARDS) || !known.has(TOKEN)) {
            return Optional.empty();
        }
        return Optional.of(new Chain(
                known.chainId(),
                known.name(),
                new Address(known.address(REWARDS)),
                new Address(known.address(TOKEN)),
                new Address(key.address())));
    }

    /** Nothing where none settles. */
    public @Nullable Long chainId() {
        return find().map(Chain::id).orElse(null);
    }

    Chain require() {
        return find().orElseThrow(
                        () -> new CoordinatorException(ErrorCode.NOT_FOUND, "No chain settles what is earned here."));
    }
}
