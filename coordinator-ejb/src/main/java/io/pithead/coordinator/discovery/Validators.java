package io.pithead.coordinator.discovery;

import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;

/** Who is a validator, as the chain says it. */
@ApplicationScoped
public class Validators {
    public boolean isValidator(Connection connection, long chain, Address address) throws SQLException {
        return ChainFacts.isValidator(connection, chain, address);
    }
}
