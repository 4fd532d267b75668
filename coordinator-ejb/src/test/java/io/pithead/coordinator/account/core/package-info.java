@NullMarked
package io.pithead.coordinator.account.core;

import org.jspecify.annotations.NullMarked;
