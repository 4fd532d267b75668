/**
 * What each node has shown, the score that follows from it, and who asks for it.
 *
 * <pre>
 * verdicts ─▶ {@link io.pithead.coordinator.reputation.Records}, in the judge's transaction ─┐
 * a look at each node every ten minutes: was it heard, what is staked for it ────────────────┴▶ score ─▶ REST
 *                                                                                                   └─▶ every instance's
 *                                                                                     {@link io.pithead.coordinator.reputation.Reputes}
 * </pre>
 */
@NullMarked
package io.pithead.coordinator.reputation;

import org.jspecify.annotations.NullMarked;
