/** Identifiers that sort by time (UUID version 7, RFC 9562). */
@NullMarked
package io.pithead.protocol.id;

import org.jspecify.annotations.NullMarked;
