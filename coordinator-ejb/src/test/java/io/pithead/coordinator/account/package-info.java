@NullMarked
package io.pithead.coordinator.account;

import org.jspecify.annotations.NullMarked;
