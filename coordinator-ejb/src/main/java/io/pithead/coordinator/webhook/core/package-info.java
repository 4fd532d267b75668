/** Decisions about webhooks: which addresses may be called, what follows a call that ended somehow, what is signed. */
@NullMarked
package io.pithead.coordinator.webhook.core;

import org.jspecify.annotations.NullMarked;
