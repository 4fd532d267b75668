package io.pithead.web.api;

import io.pithead.coordinator.receipt.ReceiptSigner;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.web.security.OpenToAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The public keys that receipts are checked with. */
@Path("v1/keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class KeysResource {
    @Inject
    ReceiptSigner signer;

    @GET
    @OpenToAll("anybody who holds a receipt may check it")
    public PublicKeys keys() {
        return signer.publicKeys();
    }
}
