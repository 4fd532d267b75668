package io.pithead.protocol.wallet;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.money.Money;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/wallet/deposits}: money the buyer says it sent; {@code reference} is how the operator finds the payment. */
public record DepositRequest(String amount, @Nullable String reference) {
    static final int MAX_REFERENCE = 200;

    public DepositRequest {
        var checks = new Checks().present("amount", amount).text("reference", reference, MAX_REFERENCE);
        if (amount != null) {
            try {
                checks.that("amount", Money.parse(amount).signum() > 0, "must be more than zero");
            } catch (IllegalArgumentException e) {
                checks.that("amount", false, String.valueOf(e.getMessage()));
            }
        }
        checks.done();
    }
}
