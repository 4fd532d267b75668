package io.pithead.protocol.chain;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/admin/chain/{chain}/stake-terms}: what providers stake, and how long what takes; all of it, as the registry
 * of providers holds it.
 *
 * @param treasury who gets what is slashed
 */
public record StakeTerms(
        String minimumStake,
        String stakePerNode,
        String treasury,
        Long unbondingDelayS,
        Long appealWindowS,
        Long decisionWindowS) {
    /** The contract's longest. */
    private static final long MAX_S = 90L * 24 * 3600;

    public StakeTerms {
        treasury = treasury == null
                ? treasury
                : Address.parse(treasury).map(Address::text).orElse(treasury);
        var checks = new Checks()
                .present("minimum_stake", minimumStake)
                .present("stake_per_node", stakePerNode)
                .present("treasury", treasury)
                .that(
                        "treasury",
                        treasury == null || Address.parse(treasury).isPresent(),
                        "must be an address: 0x and 40 hex digits")
                .present("unbonding_delay_s", unbondingDelayS)
                .range("unbonding_delay_s", unbondingDelayS, 0, MAX_S)
                .present("appeal_window_s", appealWindowS)
                .range("appeal_window_s", appealWindowS, 0, MAX_S)
                .present("decision_window_s", decisionWindowS)
                .range("decision_window_s", decisionWindowS, 0, MAX_S);
        amount(checks, "minimum_stake", minimumStake);
        amount(checks, "stake_per_node", stakePerNode);
        checks.done();
    }

    private static void amount(Checks checks, String member, @Nullable String amount) {
        if (amount == null) {
            return;
        }
        try {
            Money.parse(amount);
        } catch (IllegalArgumentException e) {
            checks.that(member, false, String.valueOf(e.getMessage()));
        }
    }
}
