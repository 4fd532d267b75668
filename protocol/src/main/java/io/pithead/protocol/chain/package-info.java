/** What the operator sees of chains. */
@NullMarked
package io.pithead.protocol.chain;

import org.jspecify.annotations.NullMarked;
