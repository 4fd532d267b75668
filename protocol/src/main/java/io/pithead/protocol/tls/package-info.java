/** Which servers a client believes. */
@NullMarked
package io.pithead.protocol.tls;

import org.jspecify.annotations.NullMarked;
