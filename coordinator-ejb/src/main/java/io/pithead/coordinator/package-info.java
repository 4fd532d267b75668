/**
 * The coordinator: accounts, nodes, jobs, leases, ledger and receipts, each in a package of its own.
 *
 * <p>Whatever a facade refuses it refuses with {@link io.pithead.coordinator.CoordinatorException}: one type, a code and
 * facts by name, so that only the HTTP edge knows statuses.
 */
@NullMarked
package io.pithead.coordinator;

import org.jspecify.annotations.NullMarked;
