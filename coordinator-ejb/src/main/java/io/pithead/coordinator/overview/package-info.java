/** What the operator sees of the whole: read models over all accounts, each page bounded, counts kept for a few seconds. */
@NullMarked
package io.pithead.coordinator.overview;

import org.jspecify.annotations.NullMarked;
