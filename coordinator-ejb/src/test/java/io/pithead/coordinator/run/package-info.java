@NullMarked
package io.pithead.coordinator.run;

import org.jspecify.annotations.NullMarked;
