/** The one error envelope and the codes it may carry. */
@NullMarked
package io.pithead.protocol.error;

import org.jspecify.annotations.NullMarked;
