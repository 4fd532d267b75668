/**
 * What the application needs of its server: the data source, the JMS connection factory, the schema, the clock.
 *
 * <p>{@link io.pithead.coordinator.platform.Platform} starts before every other startup bean, so that nothing sees a
 * database without its schema.
 */
@NullMarked
package io.pithead.coordinator.platform;

import org.jspecify.annotations.NullMarked;
