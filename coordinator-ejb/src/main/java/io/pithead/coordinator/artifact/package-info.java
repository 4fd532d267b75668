/**
 * Artifacts: files too large for a JSON body, named by their SHA-256 and stored once however many accounts bring them. Where the
 * bytes lie is a port, {@link io.pithead.coordinator.artifact.Vault}: a folder, of which the picture is, or a bucket, which
 * promises the same by other means (docs/adr/0011).
 *
 * <pre>
 * PUT ─▶ partial/&lt;account&gt;-&lt;sha&gt; ──all bytes, right digest──▶ aa/bb/&lt;sha&gt; + row in artifact ─▶ acknowledged
 *          │  ▲ next piece                                          │ no row names it any more
 *          ▼  │                                                     ▼
 *        interrupted ──24 h──▶ removed                            trash/ ─▶ removed
 * </pre>
 *
 * <ul>
 *   <li>Quota is taken for the whole artifact before its first byte, by a row in {@code artifact_upload}.
 *   <li>One writer per account and digest: a lock on one byte of {@code lock}, which the operating system drops when
 *       its process dies. No connection and no transaction is held while bytes arrive.
 *   <li>In a folder, the file takes its place (fsynced, renamed, directory fsynced) and its row is written under one advisory lock on
 *       the digest, held to the commit. Whoever removes a file does so under the same lock, and moves it aside before it
 *       asks whether the lock still holds. So a file that an acknowledged artifact needs is never removed, whenever
 *       either process dies; what a death leaves behind is a file without a row, and the sweeper walks all of them.
 *   <li>Who may read: the accounts that brought the bytes themselves; the buyer of a job whose proof named them; the
 *       provider that holds a job whose inputs name them, if the job's buyer has them; of what a container's snapshot
 *       consists, its buyer and the provider that holds the container. To everybody else there is no such
 *       artifact, and bringing bytes that another account has is no quicker and no cheaper than bringing new ones.
 * </ul>
 */
@NullMarked
package io.pithead.coordinator.artifact;

import org.jspecify.annotations.NullMarked;
