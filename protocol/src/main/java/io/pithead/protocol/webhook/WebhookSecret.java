package io.pithead.protocol.webhook;

/** {@code POST /v1/webhooks/secret}: what the callbacks of the account's jobs are signed with from now on. */
public record WebhookSecret(String secret) {
    /** Never shows the secret. */
    @Override
    public String toString() {
        return "WebhookSecret[]";
    }
}
