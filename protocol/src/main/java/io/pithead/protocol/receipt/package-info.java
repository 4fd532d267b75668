/** The coordinator's signed statement of accepted work, and its offline check. */
@NullMarked
package io.pithead.protocol.receipt;

import org.jspecify.annotations.NullMarked;
