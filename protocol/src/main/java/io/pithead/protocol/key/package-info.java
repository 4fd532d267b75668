/** API keys: their form, their check digits and what is stored of them. */
@NullMarked
package io.pithead.protocol.key;

import org.jspecify.annotations.NullMarked;
