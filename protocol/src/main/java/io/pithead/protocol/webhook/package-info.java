/** Wire records of webhooks: what a buyer subscribes to, and what arrives there. */
@NullMarked
package io.pithead.protocol.webhook;

import org.jspecify.annotations.NullMarked;
