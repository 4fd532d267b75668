package io.pithead.coordinator.challenge;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.Validators;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** Which validator an account speaks for. */
@ApplicationScoped
public class ValidatorSeats {
    @Inject
    Validators validators;

    /** Binds the account to it, where it speaks for none of the chain yet; in the caller's transaction. */
    public void take(Connection connection, UUID account, long chain, String validator) throws SQLException {
        if (chain != 0 && !validators.isValidator(connection, chain, new Address(validator))) {
            throw new CoordinatorException(
                    ErrorCode.FORBIDDEN_SIGNER, "This is no validator of that chain.", Map.of("chain", chain));
        }
        String bound = ClaimedNodeStore.bind(connection, account, chain, validator);
        if (!bound.equals(validator)) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "The account speaks for another validator.", Map.of("validator", bound));
        }
    }
}
