package io.pithead.coordinator.discovery;

import io.pithead.coordinator.seal.SealingKeyFile;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells places apart without keeping them: a digest under a key that lies in a file, so that whoever has the database alone
 * cannot try all addresses. An IPv6 network of 64 bits is one place: its owner has all the addresses in it.
 */
@ApplicationScoped
public class Origins {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int NETWORK_BYTES = 8;
    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    @Inject
    DiscoveryConfig config;

    private volatile @Nullable SecretKeySpec key;

    /** @param address as the socket or the operator's proxy says it; one that is none is a place of its own */
    byte[] digest(String address) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key());
            return mac.doFinal(place(address));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    static byte[] place(String address) {
        if (!LITERAL.matcher(address).matches()) {
            return new byte[0];
        }
        try {
            // written in digits: no name is looked up
            InetAddress literal = InetAddress.getByName(address);
            byte[] bytes = literal.getAddress();
            return literal instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes;
        } catch (UnknownHostException e) {
            return new byte[0];
        }
    }

    /** Made when the first node comes: most installations keep no registry. */
    private SecretKeySpec key() {
        SecretKeySpec known = key;
        if (known == null) {
            known = new SecretKeySpec(SealingKeyFile.loadOrCreate(config.keyFile()), ALGORITHM);
            key = known;
        }
        return known;
    }
}
