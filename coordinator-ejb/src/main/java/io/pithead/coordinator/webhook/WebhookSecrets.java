package io.pithead.coordinator.webhook;

import io.pithead.coordinator.seal.SealingKeyFile;
import io.pithead.coordinator.seal.SecretBox;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/** Makes, seals and opens the secrets that calls are signed with. */
@ApplicationScoped
public class WebhookSecrets {
    private static final String PREFIX = "whsec_";
    private static final int RANDOM_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    @Inject
    WebhookConfig config;

    private SecretBox box = new SecretBox(new byte[SealingKeyFile.KEY_BYTES]);

    /** For the container. */
    public WebhookSecrets() {}

    WebhookSecrets(SecretBox box) {
        this.box = box;
    }

    @PostConstruct
    void load() {
        box = new SecretBox(SealingKeyFile.loadOrCreate(config.keyFile()));
    }

    String fresh() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    byte[] seal(UUID owner, String secret) {
        return box.seal(owner, secret);
    }

    String open(UUID owner, byte[] sealed) {
        return box.open(owner, sealed);
    }
}
