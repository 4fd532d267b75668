/** Decisions about keys: pure, so that each is a table of cases in a test. */
@NullMarked
package io.pithead.coordinator.account.core;

import org.jspecify.annotations.NullMarked;
