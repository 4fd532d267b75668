/** What metered time costs, and how much of a buyer's money is set aside for it. */
@NullMarked
package io.pithead.coordinator.meter.core;

import org.jspecify.annotations.NullMarked;
