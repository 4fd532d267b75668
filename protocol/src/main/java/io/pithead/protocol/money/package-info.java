/** Amounts of tokens: integer minor units inside, decimal strings outside. */
@NullMarked
package io.pithead.protocol.money;

import org.jspecify.annotations.NullMarked;
