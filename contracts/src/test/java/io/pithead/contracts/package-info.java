/** Tests of what the build makes of the contracts. */
@NullMarked
package io.pithead.contracts;

import org.jspecify.annotations.NullMarked;
