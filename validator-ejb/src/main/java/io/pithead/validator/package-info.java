/** The validator: a party of its own, which challenges nodes and says what it found. It meets the coordinator only by
 * HTTP and through {@code protocol}. */
@NullMarked
package io.pithead.validator;

import org.jspecify.annotations.NullMarked;
