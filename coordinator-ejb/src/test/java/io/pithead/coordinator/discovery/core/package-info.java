@NullMarked
package io.pithead.coordinator.discovery.core;

import org.jspecify.annotations.NullMarked;
