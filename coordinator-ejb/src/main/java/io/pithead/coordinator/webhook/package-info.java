/**
 * Tells buyers what became of their jobs and node groups, by HTTP.
 *
 * <pre>
 * transition ─same transaction─▶ delivery (PENDING) + its stream ─outbox─▶ webhook queue ─▶ "look sooner"
 *                                                                                              │
 *        stream due ◀── backoff, half of it chance ──┐                                          ▼
 *        claim (token), commit ─▶ call, no transaction ─▶ apply if the token still matches: row gone, or again, or DEAD
 * </pre>
 *
 * <p>A <em>stream</em> is one job, or one group, towards one target (a subscription, or the job's callback URL). Its events are called
 * in order: the first pending one is tried until it is delivered or dead. A stream exists exactly as long as it has
 * pending deliveries; writers of events and the sender both lock its row first, so neither misses the other. A claim is
 * a token and a time; when the process that holds it dies, the stream is due again and the late result of the dead one
 * changes nothing. A receiver may therefore be called twice for one {@code Pithead-Delivery}; it can tell by that id.
 *
 * <p>Receivers are hostile. The address is judged when it is connected, so no second look-up can change it; redirects
 * are not followed; time, headers and body are bounded; a host has a few calls at a time, and so has an account, so a
 * slow one delays only itself. Only the loop thread touches the database; calling threads only call.
 *
 * <p>Secrets are needed in clear to sign, so they are stored sealed (AES-GCM) with a key that is a file beside the data.
 */
@NullMarked
package io.pithead.coordinator.webhook;

import org.jspecify.annotations.NullMarked;
